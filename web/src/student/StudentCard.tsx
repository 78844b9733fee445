import { ageAt, type Moment } from '@journey/client';
import { formatDistance } from '../format/distance';
import { formatPerson } from '../format/person';
import { formatAge } from '../format/time';
import { Facts, type Fact } from '../ui/Facts';
import { Status } from '../ui/Status';
import { describeJourney, type JourneyView } from './describe';

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
  const words = describeJourney(view, now);
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

function factsOf({ view, distanceMeters, accuracyMeters, now }: StudentCardProps): Fact[] {
  const facts: Fact[] = [];
  if (distanceMeters !== undefined) facts.push({ name: 'To home', value: formatDistance(distanceMeters) });
  if (view.fixAge) facts.push({ name: 'Last seen', value: formatAge(ageAt(view.fixAge, now)) });
  if (accuracyMeters !== undefined)
    facts.push({ name: 'Accurate to', value: formatDistance(accuracyMeters) });
  return facts;
}

/** Details with a growing age would be read out again and again. */
export function announcementOf(view: JourneyView, now: Moment): string {
  const { title, detail } = describeJourney(view, now);
  return view.signal === 'LOST' || view.signal === 'OFFLINE' ? `${title}.` : `${title}. ${detail}`;
}
