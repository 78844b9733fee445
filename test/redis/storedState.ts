import { records } from '../../src/redis/records';
import type { RoadState } from '../road/judge';

export const numberOrNull = (text: string | undefined): number | null =>
  text === undefined ? null : Number(text);

/** The record's field `run`. */
function decodeRun(text: string | undefined) {
  if (text === undefined) return undefined;
  const [first, last, state] = text.split(';');
  const fixOf = (fix: string) => {
    const [latitude, longitude, accuracy, time, dated] = fix.split(' ');
    return {
      latitude: Number(latitude),
      longitude: Number(longitude),
      accuracy: accuracy === '-' ? null : Number(accuracy),
      time: Number(time),
      datedByArrival: dated === '1',
    };
  };
  const [count, fast] = state!.split(' ');
  return { first: fixOf(first!), last: fixOf(last!), count: Number(count), fast: fast === '1' };
}

/** What Redis holds of a location, in the model's terms. */
export function decodeTrack(hash: Record<string, string>) {
  if (hash['latitude'] === undefined) return null;
  const capturedAt = Number(hash['capturedAt']);
  const [fast, dated, aheadMs] = (hash['trackFlags'] ?? '0 0 0').split(' ');
  const [latitude, longitude, at] = (hash['overturned'] ?? '').split(' ');
  return {
    shown: {
      latitude: Number(hash['latitude']),
      longitude: Number(hash['longitude']),
      accuracy: numberOrNull(hash['accuracy']),
      heading: numberOrNull(hash['heading']),
      speed: numberOrNull(hash['speed']),
      capturedAt,
      receivedAt: Number(hash['receivedAt']),
      time: capturedAt + Number(aheadMs),
      datedByArrival: dated === '1',
    },
    still: {
      latitude: Number(hash['stillLatitude']),
      longitude: Number(hash['stillLongitude']),
      accuracy: numberOrNull(hash['stillAccuracy']),
      since: Number(hash['stillSince']),
    },
    credit: Number(hash['creditMs']),
    fast: fast === '1',
    run: decodeRun(hash['run']),
    overturned: at && { latitude: Number(latitude), longitude: Number(longitude), at: Number(at) },
  };
}

/** What Redis holds of a journey's progress, in the model's terms. */
export function decodeProgress(journey: Record<string, string>, location: Record<string, string>) {
  const { names } = records.activeView;
  const { stage, eta, origin } = records.activeView.decode(names.map((name) => journey[name]))!;
  return {
    stage,
    eta,
    origin,
    level: Number(location['stageLevel'] ?? 0),
    correctedAt: numberOrNull(journey['correctedAt']),
    sequence: Number(journey['sequence']),
  };
}

/** The same of the model. */
export function comparable({ track }: RoadState) {
  if (!track) return null;
  const { expiresAt: _, run, overturned, ...rest } = track;
  const place = ({ speed: _, ...fix }: { speed: number | null }) => fix;
  return {
    ...rest,
    run: run ? { ...run, first: place(run.first), last: place(run.last) } : undefined,
    overturned: overturned ?? undefined,
  };
}

export const clockText = ({ clocks }: RoadState, device: string): string | undefined => {
  const clock = clocks[device];
  if (!clock) return undefined;
  const { offset, above } = clock;
  return above ? `${offset} ${above.count} ${above.sentAt} ${above.offset}` : String(offset);
};
