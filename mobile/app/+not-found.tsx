import { Link } from 'expo-router';
import { Page } from '../components/ui/Page';
import { Status } from '../components/ui/Status';
import { useTheme } from '../src/ui/useTheme';
import { useWords } from '../src/words/useWords';

export default function NotFound() {
  const { texts, words } = useWords();
  const { colors } = useTheme();
  return (
    <Page>
      <Status eyebrow={words.app.title} tone="ended" icon="cancelled" {...texts.notFound} />
      <Link href="/" style={{ color: colors.accent, paddingVertical: 12, fontSize: 15 }}>
        {texts.toStart}
      </Link>
    </Page>
  );
}
