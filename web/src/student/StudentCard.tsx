import { ageAt, type Moment } from '@journey/client';
import {
  describeJourney,
  formatAge,
  formatDistance,
  formatPerson,
  journeyNotes,
  type JourneyView,
  type Words,
} from '@journey/client/words';
import { useWords } from '../app/words';
import { Facts, type Fact } from '../ui/Facts';
import { Status } from '../ui/Status';

interface StudentCardProps {
  view: JourneyView;
  trainerId: string | undefined;
  distanceMeters: number | undefined;
  accuracyMeters: number | undefined;
  /** The largest distance seen on this journey: the length of the progress bar. */
  longestMeters: number | undefined;
  now: Moment;
}

export function StudentCard(props: StudentCardProps) {
  const { view, trainerId, distanceMeters, longestMeters, now } = props;
  const words = useWords();
  const facts = view.phase === 'EN_ROUTE' ? factsOf(words, props) : [];
  return (
    <>
      <Status
        eyebrow={trainerId ? formatPerson(words, trainerId) : words.student.yourTrainer}
        {...describeJourney(words, view, now)}
      />
      {journeyNotes(words, view).map((note) => (
        <p key={note} className="note">
          {note}
        </p>
      ))}
      {view.phase === 'EN_ROUTE' && distanceMeters !== undefined && longestMeters !== undefined && (
        <progress
          className="progress"
          aria-label={words.student.progress}
          max={longestMeters}
          value={Math.max(0, longestMeters - distanceMeters)}
        />
      )}
      {facts.length > 0 && <Facts facts={facts} />}
    </>
  );
}

function factsOf(words: Words, { view, distanceMeters, accuracyMeters, now }: StudentCardProps): Fact[] {
  const { facts: names } = words;
  const facts: Fact[] = [];
  if (distanceMeters !== undefined)
    facts.push({ name: names.toHome, value: formatDistance(words, distanceMeters) });
  if (view.fixAge) facts.push({ name: names.lastSeen, value: formatAge(words, ageAt(view.fixAge, now)) });
  if (accuracyMeters !== undefined)
    facts.push({ name: names.accurateTo, value: formatDistance(words, accuracyMeters) });
  return facts;
}
