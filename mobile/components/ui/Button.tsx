import { useState } from 'react';
import { Pressable, StyleSheet, Text } from 'react-native';
import { useTheme } from '../../src/ui/useTheme';

interface ButtonProps {
  readonly title: string;
  /** Read out instead of the title, which it begins with. */
  readonly label?: string;
  /** The title while it is busy. */
  readonly busyTitle?: string;
  /** `plain` stands on a card, `quiet` on the background of a page. */
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly disabled?: boolean;
  /** Of a button that shows and hides what follows it. */
  readonly expanded?: boolean;
  /** While the promise is pending, the button is disabled. */
  readonly onPress: () => void | Promise<unknown>;
}

export function Button(props: ButtonProps) {
  const { title, label, busyTitle = title, kind = 'plain', disabled = false, expanded, onPress } = props;
  const { colors } = useTheme();
  const [busy, setBusy] = useState(false);
  const off = disabled || busy;
  const looks = {
    primary: { backgroundColor: colors.accent, color: colors.onAccent },
    plain: { backgroundColor: colors.sunken, color: colors.ink },
    quiet: { backgroundColor: colors.paperSolid, color: colors.ink },
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
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(expanded === undefined ? {} : { 'aria-expanded': expanded })}
      aria-disabled={off}
      aria-busy={busy}
      disabled={off}
      onPress={press}
      style={({ pressed }) => [
        styles.button,
        { backgroundColor: looks.backgroundColor, opacity: off ? 0.5 : pressed ? 0.8 : 1 },
      ]}
    >
      <Text style={[styles.title, { color: looks.color }]}>{busy ? busyTitle : title}</Text>
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
