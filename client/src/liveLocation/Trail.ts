import type { WatchLocationQuery } from '../generated/operations.js';
import type { LiveLocation } from './newerLiveLocation.js';

export type TrailPoint = WatchLocationQuery['liveLocation']['trail'][number];

/** The service keeps so many. */
const maxPoints = 240;

const noPoints: readonly TrailPoint[] = [];

/**
 * The way of the active journey so far, put together from answers that each bring what is new. Of a version an answer
 * brings all points or none, so versions say what is known; an answer that is lost, late or comes twice leaves neither a
 * gap nor a duplicate.
 */
export class Trail {
  private journeyId: string | null = null;
  private points: readonly TrailPoint[] = noPoints;
  /** Every point up to this version is known. */
  private completeTo = 0;

  get(): readonly TrailPoint[] {
    return this.points;
  }

  /** What to ask with: only the points of later versions are missing. */
  get afterVersion(): number {
    return this.completeTo;
  }

  /** `shown`: what is shown once the answer is judged. `askedAfter`: what the answer's request was asked with. */
  update(
    shown: LiveLocation,
    answer: Pick<LiveLocation, 'journeyId' | 'version'> & { readonly trail: readonly TrailPoint[] },
    askedAfter: number,
  ): void {
    const journeyId = shown.isActive ? shown.journeyId : null;
    if (journeyId !== this.journeyId) {
      [this.journeyId, this.points, this.completeTo] = [journeyId, noPoints, 0];
    }
    // An answer of another journey, or one that begins later than what is known ends, would leave a gap.
    if (journeyId === null || answer.journeyId !== journeyId || askedAfter > this.completeTo) return;
    const added = answer.trail.filter(({ version }) => version > this.completeTo);
    if (added.length > 0) this.points = [...this.points, ...added].slice(-maxPoints);
    this.completeTo = Math.max(this.completeTo, answer.version);
  }
}
