import { formatPerson } from '@journey/client/words';
import { useLocalSearchParams, useRouter } from 'expo-router';
import { useState } from 'react';
import { StyleSheet, Text, TextInput, View } from 'react-native';
import { Button } from '../components/ui/Button';
import { Notice } from '../components/ui/Notice';
import { Page } from '../components/ui/Page';
import { Status } from '../components/ui/Status';
import { handedToken } from '../src/handedToken';
import { linkedScreen } from '../src/linkedScreen';
import { session } from '../src/session';
import { isExpired, readToken, tokenIn } from '../src/token';
import { useTheme } from '../src/ui/useTheme';
import { useWords } from '../src/words/useWords';

/**
 * The demo's sign-in: a token is pasted, or comes with `journey://sign-in#token=…`, which the phone's own camera opens
 * from a QR code. A link alone signs nobody in: it could be anybody's, and a trainer would share their way under its name.
 */
export default function SignInScreen() {
  const router = useRouter();
  const { words, texts } = useWords();
  const { colors } = useTheme();
  const { '#': fragment = handedToken } = useLocalSearchParams<{ '#'?: string }>();
  const [text, setText] = useState(fragment);
  const [refusal, setRefusal] = useState<string>();
  const token = tokenIn(text);
  const read = token === null ? null : readToken(token);

  const submit = async (): Promise<void> => {
    setRefusal(undefined);
    if (!token || !read) return setRefusal(texts.signIn.noToken);
    if (!read.viewer) return setRefusal(texts.signIn.otherRole);
    if (isExpired(read)) return setRefusal(texts.signIn.expired);
    const linked = linkedScreen(read.viewer.role);
    await session.signIn(token);
    if (linked) router.replace(linked);
    else if (router.canGoBack()) router.back();
    else router.replace('/');
  };

  return (
    <Page>
      <Status eyebrow={words.app.title} tone="waiting" icon="locked" {...texts.signIn.intro} />
      <View style={styles.field}>
        <Text style={[styles.label, { color: colors.inkSoft }]}>{texts.signIn.token}</Text>
        <TextInput
          aria-label={texts.signIn.token}
          accessibilityHint={texts.signIn.tokenHint}
          value={text}
          onChangeText={setText}
          autoCapitalize="none"
          autoCorrect={false}
          spellCheck={false}
          multiline
          style={[
            styles.input,
            { color: colors.ink, borderColor: colors.edge, backgroundColor: colors.paperSolid },
          ]}
        />
        <Text style={[styles.label, { color: colors.inkSoft }]}>{texts.signIn.tokenHint}</Text>
      </View>
      {refusal !== undefined && <Notice kind="alert">{refusal}</Notice>}
      <Button
        kind="primary"
        title={read?.viewer ? texts.signIn.as(formatPerson(words, read.viewer.id)) : texts.signIn.submit}
        disabled={text.trim() === ''}
        onPress={submit}
      />
    </Page>
  );
}

const styles = StyleSheet.create({
  field: { gap: 6 },
  label: { fontSize: 13 },
  input: {
    // Where a field does not grow by itself: all of a token.
    minHeight: 172,
    padding: 12,
    borderWidth: 1,
    borderRadius: 14,
    fontSize: 15,
    textAlignVertical: 'top',
  },
});
