import { distanceMeters, type GeoPoint } from '../../../src/domain/geo';
import type { Clock } from '../../../demo/drive/clock';
import type { Fix } from '../../../demo/drive/gps';
import type { Assignment } from '../../../demo/drive/trainer';
import { type TrainerApiError, type TrainerApi, type UpdateAnswer } from '../../../demo/drive/trainerApi';

export type Act = 'start' | 'update' | 'batch' | 'arrive' | 'stop';

export interface Call {
  readonly act: Act;
  readonly sessionId: string;
  readonly atMs: number;
  readonly fixes: readonly Fix[];
  readonly clientRequestId?: string;
  readonly sentAtMs?: number;
  readonly refusedWith?: string;
}

/** The other side of the trainer's interface: notes each call, and refuses where the script says so. */
export class ScriptedService implements TrainerApi {
  readonly calls: Call[] = [];
  refuse: (call: Call) => TrainerApiError | undefined = () => undefined;
  private assigned = 0;

  constructor(
    private readonly clock: Clock,
    private readonly homes: readonly GeoPoint[],
  ) {}

  readonly nextAssignment = (): Promise<Assignment> => {
    const index = this.assigned++;
    return Promise.resolve({ sessionId: String(index), home: this.homeOf(String(index)) });
  };

  of(...acts: Act[]): Call[] {
    return this.calls.filter((call) => acts.includes(call.act));
  }

  homeOf(sessionId: string): GeoPoint {
    return this.homes[Number(sessionId) % this.homes.length]!;
  }

  async startJourney(sessionId: string, clientRequestId: string): Promise<void> {
    await this.note({ act: 'start', sessionId, clientRequestId });
  }

  async updateLocation(sessionId: string, fix: Fix): Promise<UpdateAnswer & { distanceMeters: number }> {
    await this.note({ act: 'update', sessionId, fixes: [fix] });
    return { ...this.answer(sessionId, fix), distanceMeters: distanceMeters(fix, this.homeOf(sessionId)) };
  }

  async updateLocations(sessionId: string, fixes: readonly Fix[], sentAt: Date): Promise<UpdateAnswer> {
    await this.note({ act: 'batch', sessionId, fixes, sentAtMs: sentAt.getTime() });
    return this.answer(sessionId, fixes.at(-1)!);
  }

  async markArrived(sessionId: string): Promise<void> {
    await this.note({ act: 'arrive', sessionId });
  }

  async stopJourney(sessionId: string): Promise<void> {
    await this.note({ act: 'stop', sessionId });
  }

  private answer(sessionId: string, fix: Fix): UpdateAnswer {
    return { nextUpdateMs: 5000, canMarkArrived: distanceMeters(fix, this.homeOf(sessionId)) <= 150 };
  }

  private async note(call: Partial<Call> & Pick<Call, 'act' | 'sessionId'>): Promise<void> {
    const noted: Call = { fixes: [], ...call, atMs: this.clock.now() };
    const error = this.refuse(noted);
    this.calls.push({ ...noted, refusedWith: error?.code });
    await Promise.resolve();
    if (error) throw error;
  }
}
