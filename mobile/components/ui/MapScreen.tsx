import type { ReactNode } from 'react';
import { ScrollView, StyleSheet, useWindowDimensions, View } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';
import { useTheme } from '../../src/ui/useTheme';

/** From this width on the card stands beside the map; the web map changes at the same one. */
const WIDE = 720;
const CARD_WIDTH = 372;

interface MapScreenProps {
  readonly map: ReactNode;
  readonly cardLabel: string;
  readonly children: ReactNode;
}

/** A map, and a card with what goes on: at the bottom of a phone, beside the map on a tablet. */
export function MapScreen({ map, cardLabel, children }: MapScreenProps) {
  const { colors } = useTheme();
  const { bottom } = useSafeAreaInsets();
  const isWide = useWindowDimensions().width >= WIDE;
  return (
    <View style={[styles.screen, isWide && styles.wide, { backgroundColor: colors.background }]}>
      <View style={styles.map}>{map}</View>
      <View
        role="region"
        aria-label={cardLabel}
        style={[
          isWide ? styles.side : styles.sheet,
          { backgroundColor: colors.paperSolid, boxShadow: `0 -2px 18px ${colors.shadowFar}` },
        ]}
      >
        <ScrollView contentContainerStyle={[styles.content, { paddingBottom: 18 + bottom }]}>
          {children}
        </ScrollView>
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  screen: { flex: 1 },
  wide: { flexDirection: 'row-reverse' },
  map: { flex: 1 },
  sheet: {
    maxHeight: '62%',
    marginTop: -26,
    borderTopLeftRadius: 26,
    borderTopRightRadius: 26,
    overflow: 'hidden',
  },
  side: { width: CARD_WIDTH },
  content: { gap: 16, padding: 20 },
});
