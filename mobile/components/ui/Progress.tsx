import { StyleSheet, View } from 'react-native';
import { useTheme } from '../../src/ui/useTheme';

interface ProgressProps {
  readonly label: string;
  /** From 0 to 1. */
  readonly share: number;
}

export function Progress({ label, share }: ProgressProps) {
  const { colors } = useTheme();
  const percent = Math.round(share * 100);
  return (
    <View
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      style={[styles.track, { backgroundColor: colors.sunken }]}
    >
      <View style={[styles.done, { backgroundColor: colors.accent, width: `${percent}%` }]} />
    </View>
  );
}

const styles = StyleSheet.create({
  track: { height: 8, borderRadius: 4, overflow: 'hidden' },
  done: { height: 8, borderRadius: 4 },
});
