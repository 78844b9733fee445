import { useLocalSearchParams } from 'expo-router';
import { WatchedJourney } from '../../../components/WatchedJourney';

/** One session as its student sees it, from before its journey until after it. */
export default function SessionScreen() {
  const { id } = useLocalSearchParams<{ id: string }>();
  return <WatchedJourney key={id} sessionId={id} />;
}
