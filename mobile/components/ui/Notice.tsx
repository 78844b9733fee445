import { StyleSheet, Text, View } from 'react-native';
import { useTheme } from '../../src/ui/useTheme';

interface NoticeProps {
  readonly children: string;
  /** `alert`: something is wrong, and it is read out at once. */
  readonly kind?: 'alert' | 'note';
}

export function Notice({ children, kind = 'note' }: NoticeProps) {
  const { colors } = useTheme();
  const isAlert = kind === 'alert';
  return (
    <View
      {...(isAlert ? { role: 'alert', accessibilityLiveRegion: 'assertive' as const } : {})}
      style={[styles.notice, { backgroundColor: isAlert ? colors.lostSoft : colors.sunken }]}
    >
      <Text style={[styles.text, { color: isAlert ? colors.lost : colors.inkSoft }]}>{children}</Text>
    </View>
  );
}

const styles = StyleSheet.create({
  notice: { paddingVertical: 12, paddingHorizontal: 14, borderRadius: 15 },
  text: { fontSize: 14, lineHeight: 20 },
});
