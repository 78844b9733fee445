import { useState } from 'react';
import { Pressable, StyleSheet, Text } from 'react-native';
import { useTheme } from '../../src/ui/useTheme';

interface ButtonProps {
  readonly title: string;
  readonly kind?: 'primary' | 'plain' | 'danger';
  readonly disabled?: boolean;
  /** While the promise is pending, the button is disabled. */
  readonly onPress: () => void | Promise<unknown>;
}

export function Button({ title, kind = 'plain', disabled = false, onPress }: ButtonProps) {
  const { colors } = useTheme();
  const [busy, setBusy] = useState(false);
  const off = disabled || busy;
  const looks = {
    primary: { backgroundColor: colors.accent, color: colors.onAccent },
    plain: { backgroundColor: colors.sunken, color: colors.ink },
    danger: { backgroundColor: colors.lostSoft, color: colors.lost },
  }[kind];
  const press = (): void => {
    const done = onPress();
    if (!done) return;
    setBusy(true);
    void done.finally(() => setBusy(false));
  };
  return (
    <Pressable
      role="button"
      aria-disabled={off}
      aria-busy={busy}
      disabled={off}
      onPress={press}
      style={({ pressed }) => [
        styles.button,
        { backgroundColor: looks.backgroundColor, opacity: off ? 0.5 : pressed ? 0.8 : 1 },
      ]}
    >
      <Text style={[styles.title, { color: looks.color }]}>{title}</Text>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  button: {
    flexGrow: 1,
    minHeight: 48,
    paddingVertical: 12,
    paddingHorizontal: 18,
    borderRadius: 15,
    alignItems: 'center',
    justifyContent: 'center',
  },
  title: { fontSize: 15, fontWeight: '600', textAlign: 'center' },
});
