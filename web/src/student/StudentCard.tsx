import { formatDistance } from '../format/distance';
import { formatPerson } from '../format/person';
import { formatAge } from '../format/time';
import { Facts, type Fact } from '../ui/Facts';
import { Status } from '../ui/Status';
import { describeJourney, grownAgeMs, type JourneyView } from './describe';

interface StudentCardProps {
  view: JourneyView;
  trainerId: string | undefined;
  distanceMeters: number | undefined;
  accuracyMeters: number | undefined;
  /** The largest distance seen on this journey: the length of the progress bar. */
  longestMeters: number | undefined;
  nowMs: number;
}

export function StudentCard(props: StudentCardProps) {
  const { view, trainerId, distanceMeters, longestMeters, nowMs } = props;
  const words = describeJourney(view, nowMs);
  const facts = view.phase === 'EN_ROUTE' ? factsOf(props) : [];
  return (
    <>
      <Status eyebrow={trainerId ? formatPerson(trainerId) : 'Your trainer'} {...words} />
      {view.phase === 'EN_ROUTE' && distanceMeters !== undefined && longestMeters !== undefined && (
        <progress
          className="progress"
          aria-label="Share of the way that is done"
          max={longestMeters}
          value={Math.max(0, longestMeters - distanceMeters)}
        />
      )}
      {facts.length > 0 && <Facts facts={facts} />}
    </>
  );
}

function factsOf({ view, distanceMeters, accuracyMeters, nowMs }: StudentCardProps): Fact[] {
  const facts: Fact[] = [];
  if (distanceMeters !== undefined) facts.push({ name: 'To home', value: formatDistance(distanceMeters) });
  if (view.fixAge) facts.push({ name: 'Last seen', value: formatAge(grownAgeMs(view.fixAge, nowMs)) });
  if (accuracyMeters !== undefined)
    facts.push({ name: 'Accurate to', value: formatDistance(accuracyMeters) });
  return facts;
}

/** Details with a growing age would be read out again and again. */
export function announcementOf(view: JourneyView, nowMs: number): string {
  const { title, detail } = describeJourney(view, nowMs);
  return view.signal === 'LOST' || view.signal === 'OFFLINE' ? `${title}.` : `${title}. ${detail}`;
}
