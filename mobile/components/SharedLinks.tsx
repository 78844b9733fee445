import { kindOf, type JourneyFailure } from '@journey/client';
import { useShares, type NewShare } from '@journey/client/shares';
import { failureInWords, formatClock } from '@journey/client/words';
import { useState } from 'react';
import { StyleSheet, Text, View } from 'react-native';
import { linkAction, sendLink } from '../src/shares/sendLink';
import { canShare, shareAddress } from '../src/shares/shareAddress';
import { useScreenVisibility } from '../src/ui/useScreenVisibility';
import { useTheme } from '../src/ui/useTheme';
import { useWords, type UseWords } from '../src/words/useWords';
import { Button } from './ui/Button';
import { Notice } from './ui/Notice';

/** Creates, sends, lists and revokes the links with which others watch this session without signing in. */
export function SharedLinks({ sessionId }: { sessionId: string }) {
  const { words } = useWords();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <View style={styles.section}>
      <Button title={words.shares.heading} expanded={isOpen} onPress={() => setIsOpen(!isOpen)} />
      {isOpen && <Links sessionId={sessionId} />}
    </View>
  );
}

function Links({ sessionId }: { sessionId: string }) {
  const { words, texts } = useWords();
  const { colors } = useTheme();
  const links = useShares(sessionId, { visibility: useScreenVisibility() });
  const { shares, loading, failure, create, revoke } = links;
  const [created, setCreated] = useState<NewShare>();
  const [problem, setProblem] = useState<string>();
  // A link that was revoked elsewhere, or has ended, is no longer in the list.
  const newLink = created && shares.some(({ id }) => id === created.share.id) ? created : undefined;

  const createOne = async (): Promise<void> => {
    setProblem(undefined);
    const result = await create();
    if (!result.ok) return setProblem(creationProblem({ words, texts }, result.failure));
    setCreated(result.value);
    // A browser opens its share sheet only for a press of a button.
    if (linkAction === 'SHARE_SHEET') void sendLink(words.shares.message, shareAddress(result.value.token));
  };
  const revokeOne = async (id: string): Promise<void> => {
    setProblem(undefined);
    const result = await revoke(id);
    if (!result.ok) setProblem(words.shares.notRevoked);
  };

  return (
    <>
      <Text style={[styles.text, { color: colors.inkSoft }]}>{words.shares.detail}</Text>
      {problem !== undefined && <Notice kind="alert">{problem}</Notice>}
      {failure && (
        <>
          <Notice kind="alert">{failureInWords(words, failure, 'list')}</Notice>
          <Button title={words.buttons.tryAgain} onPress={() => links.pollNow()} />
        </>
      )}
      {newLink && <NewLink address={shareAddress(newLink.token)} />}
      {loading && !failure && <Notice>{texts.shares.loading}</Notice>}
      {!loading && shares.length === 0 && <Notice>{texts.shares.none}</Notice>}
      {shares.map(({ id, expiresAt }) => (
        <View key={id} style={[styles.share, { backgroundColor: colors.sunken }]}>
          <Text style={[styles.until, { color: colors.ink }]}>
            {words.shares.until(formatClock(words, expiresAt))}
          </Text>
          <Button
            title={words.shares.revoke}
            label={words.shares.revokeUntil(formatClock(words, expiresAt))}
            kind="danger"
            onPress={() => revokeOne(id)}
          />
        </View>
      ))}
      {canShare() ? (
        <Button title={words.shares.create} busyTitle={words.shares.creating} onPress={createOne} />
      ) : (
        <Notice kind="alert">{texts.shares.noLiveMap}</Notice>
      )}
    </>
  );
}

/** The link that was just created: the service shows its secret once, and so does this screen. */
function NewLink({ address }: { address: string }) {
  const { words } = useWords();
  const { colors } = useTheme();
  const [isCopied, setIsCopied] = useState(false);
  const send = async (): Promise<void> => {
    const done = await sendLink(words.shares.message, address);
    setIsCopied(done && linkAction === 'COPY');
  };
  const action = linkAction === 'COPY' ? words.shares.copy : words.shares.send;
  return (
    <View style={[styles.share, { backgroundColor: colors.liveSoft }]}>
      <Text style={[styles.text, { color: colors.ink }]}>{words.shares.newLink}</Text>
      <Text selectable style={[styles.text, { color: colors.ink }]}>
        {address}
      </Text>
      <Button kind="primary" title={isCopied ? words.shares.copied : action} onPress={send} />
    </View>
  );
}

function creationProblem(
  { words, texts }: Pick<UseWords, 'words' | 'texts'>,
  failure: JourneyFailure,
): string {
  if (failure.code === 'BAD_USER_INPUT') return words.shares.tooMany;
  if (failure.code === 'SESSION_NOT_STARTABLE') return texts.shares.nothingToWatch;
  return kindOf(failure) === 'UNAUTHENTICATED' ? failureInWords(words, failure) : words.shares.notCreated;
}

const styles = StyleSheet.create({
  section: { gap: 12 },
  text: { fontSize: 14, lineHeight: 20 },
  share: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: 10,
    paddingVertical: 10,
    paddingHorizontal: 14,
    borderRadius: 15,
  },
  until: { flexGrow: 1, fontSize: 15, fontWeight: '600' },
});
