import type { Description } from '@journey/client/words';
import { useEffect, useRef } from 'react';
import { AccessibilityInfo, Platform, StyleSheet, Text, View } from 'react-native';
import { useTheme } from '../../src/ui/useTheme';
import { Icon } from './Icon';

interface StatusProps extends Description {
  readonly eyebrow: string;
}

/** The head of a card: what goes on, at one glance; a change of it is read out. */
export function Status({ tone, icon, eyebrow, title, detail, chip }: StatusProps) {
  const { colors } = useTheme();
  const color = colors[tone];
  useAnnouncement(title);
  return (
    <View style={styles.status}>
      <View style={styles.row}>
        <View style={[styles.icon, { backgroundColor: colors[`${tone}Soft`] }]}>
          <Icon name={icon} color={color} />
        </View>
        <View style={styles.words}>
          <Text style={[styles.eyebrow, { color: colors.inkSoft }]}>{eyebrow}</Text>
          <Text
            role="heading"
            aria-level={1}
            accessibilityLiveRegion="polite"
            style={[styles.title, { color: colors.ink }]}
          >
            {title}
          </Text>
        </View>
        {chip !== undefined && (
          <View style={[styles.chip, { backgroundColor: colors[`${tone}Soft`] }]}>
            <View style={[styles.dot, { backgroundColor: color }]} />
            <Text style={[styles.chipText, { color }]}>{chip}</Text>
          </View>
        )}
      </View>
      <Text style={[styles.detail, { color: colors.inkSoft }]}>{detail}</Text>
    </View>
  );
}

/** iOS has no live regions. */
function useAnnouncement(text: string): void {
  const announced = useRef(text);
  useEffect(() => {
    if (announced.current === text) return;
    announced.current = text;
    if (Platform.OS === 'ios') AccessibilityInfo.announceForAccessibility(text);
  }, [text]);
}

const styles = StyleSheet.create({
  status: { gap: 12 },
  row: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: 14 },
  icon: { width: 48, height: 48, borderRadius: 16, alignItems: 'center', justifyContent: 'center' },
  words: { flexGrow: 1, flexShrink: 1, minWidth: 120 },
  eyebrow: { fontSize: 13 },
  title: { fontSize: 22, fontWeight: '700', letterSpacing: -0.3 },
  detail: { fontSize: 15, lineHeight: 22 },
  chip: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: 7,
    paddingVertical: 5,
    paddingHorizontal: 11,
    borderRadius: 999,
  },
  dot: { width: 8, height: 8, borderRadius: 4 },
  chipText: { fontSize: 13, fontWeight: '600' },
});
