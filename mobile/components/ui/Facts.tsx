import { StyleSheet, Text, View } from 'react-native';
import { useTheme } from '../../src/ui/useTheme';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A few short values side by side, each read out with its name. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  const { colors } = useTheme();
  if (facts.length === 0) return null;
  return (
    <View style={styles.facts}>
      {facts.map(({ name, value }) => (
        <View key={name} accessible style={[styles.fact, { backgroundColor: colors.sunken }]}>
          <Text style={[styles.name, { color: colors.inkSoft }]}>{name}</Text>
          <Text style={[styles.value, { color: colors.ink }]}>{value}</Text>
        </View>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  facts: { flexDirection: 'row', flexWrap: 'wrap', gap: 1, borderRadius: 16, overflow: 'hidden' },
  fact: { flexGrow: 1, flexBasis: 88, paddingVertical: 10, paddingHorizontal: 14 },
  name: { fontSize: 13 },
  value: { fontSize: 16, fontWeight: '600', fontVariant: ['tabular-nums'] },
});
