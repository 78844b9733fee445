import { useLocalSearchParams } from 'expo-router';
import { TrainerTravelTracker } from '../../../components/TrainerTravelTracker';

/** One session as its trainer drives to it. */
export default function JourneyScreen() {
  const { sessionId } = useLocalSearchParams<{ sessionId: string }>();
  return <TrainerTravelTracker key={sessionId} sessionId={sessionId} />;
}
