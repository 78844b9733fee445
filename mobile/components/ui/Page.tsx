import type { ReactElement, ReactNode } from 'react';
import { ScrollView, StyleSheet, type RefreshControlProps } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';
import { useTheme } from '../../src/ui/useTheme';

interface PageProps {
  readonly children: ReactNode;
  readonly refreshControl?: ReactElement<RefreshControlProps>;
}

/** A screen without a map. */
export function Page({ children, refreshControl }: PageProps) {
  const { colors } = useTheme();
  const { bottom } = useSafeAreaInsets();
  return (
    <ScrollView
      style={{ backgroundColor: colors.background }}
      contentContainerStyle={[styles.content, { paddingBottom: 20 + bottom }]}
      keyboardShouldPersistTaps="handled"
      {...(refreshControl ? { refreshControl } : {})}
    >
      {children}
    </ScrollView>
  );
}

const styles = StyleSheet.create({
  content: { gap: 16, padding: 20, width: '100%', maxWidth: 640, alignSelf: 'center' },
});
