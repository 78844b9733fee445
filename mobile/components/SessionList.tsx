import type { SessionFieldsFragment } from '@journey/client';
import { formatPerson } from '@journey/client/words';
import { Link, type Href } from 'expo-router';
import { Pressable, StyleSheet, Text, View } from 'react-native';
import { useTheme } from '../src/ui/useTheme';
import { useWords } from '../src/words/useWords';
import { Button } from './ui/Button';

interface SessionListProps {
  readonly title: string;
  /** Undefined: not known yet. */
  readonly sessions: readonly SessionFieldsFragment[] | undefined;
  /** Said when there are none; undefined: then there is no list. */
  readonly empty?: string;
  /** Of the button that shows more of them. */
  readonly more: string;
  /** Undefined: there are no more. */
  readonly onMore: (() => Promise<void>) | undefined;
  readonly activeSessionIds: ReadonlySet<string>;
  readonly personOf: (session: SessionFieldsFragment) => string;
  readonly hrefOf: (session: SessionFieldsFragment) => Href;
}

export function SessionList({
  title,
  sessions,
  empty,
  more,
  onMore,
  activeSessionIds,
  personOf,
  hrefOf,
}: SessionListProps) {
  const { colors } = useTheme();
  const { words, texts } = useWords();
  if (!sessions) return null;
  if (sessions.length === 0 && empty === undefined && !onMore) return null;
  return (
    <View style={styles.list}>
      <Text role="heading" aria-level={2} style={[styles.title, { color: colors.inkSoft }]}>
        {title}
      </Text>
      {sessions.length === 0 && empty !== undefined && (
        <Text style={[styles.line, { color: colors.inkSoft }]}>{empty}</Text>
      )}
      {sessions.map((session) => {
        const isActive = activeSessionIds.has(session.id);
        return (
          <Link key={session.id} href={hrefOf(session)} asChild>
            <Pressable style={StyleSheet.flatten([styles.row, { backgroundColor: colors.paperSolid }])}>
              <View style={styles.words}>
                <Text style={[styles.when, { color: colors.ink }]}>
                  {formatDay(words.timeLocale, session.scheduledAt)}
                </Text>
                <Text style={[styles.line, { color: colors.inkSoft }]}>
                  {texts.sessions.with(formatPerson(words, personOf(session)))}
                </Text>
              </View>
              <Text style={[styles.state, { color: isActive ? colors.live : colors.inkSoft }]}>
                {isActive ? texts.sessions.onTheWayNow : texts.sessions.status[session.status]}
              </Text>
            </Pressable>
          </Link>
        );
      })}
      {onMore && <Button kind="quiet" title={more} onPress={onMore} />}
    </View>
  );
}

const formatDay = (locale: string | undefined, dateTime: string): string =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  }).format(new Date(dateTime));

const styles = StyleSheet.create({
  list: { gap: 8 },
  title: { fontSize: 14, fontWeight: '600' },
  row: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: 8,
    minHeight: 60,
    paddingVertical: 10,
    paddingHorizontal: 16,
    borderRadius: 16,
  },
  words: { flexShrink: 1 },
  when: { fontSize: 16, fontWeight: '600' },
  line: { fontSize: 14 },
  state: { fontSize: 13, fontWeight: '600' },
});
