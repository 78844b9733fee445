import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'undici';

import { bodies, phoneHeaders } from '../load/requests';
import { START_FIX_METERS, type Journey } from '../stand/journeys';
import { Latencies } from './latencies';
import type { PhonesFound } from './order';

/** Between two requests of one phone. */
const PERIOD_MS = 5000;
const DELAY_RESOLUTION_MS = 5;
/**
 * The first requests of a fresh process take longer: nothing is compiled, and each token is verified for the first time.
 * A balancer sends few requests to a slow process; here all come at once, so they are reported on their own.
 */
export const COLD_MS = 10_000;
/** 30 km/h. */
const METERS_A_TICK = 41.65;
/** How long to wait for the last responses after the last tick. */
const LAST_RESPONSES_MS = 6000;

interface Response {
  readonly data?: {
    readonly liveLocation?: {
      readonly isActive: boolean;
      readonly version: number;
      readonly signal: string | null;
    };
    readonly updateLocation?: { readonly status: string; readonly version: number };
  };
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

interface Phone {
  readonly kind: 'poll' | 'update';
  readonly token: string;
  /** When its first tick is due, from the start. */
  readonly phaseMs: number;
  body(tick: number, intendedAt: number): string;
  /** What is wrong with a response, or null. */
  errorIn(response: Response, tick: number): string | null;
}

/** The phones of all journeys. Each keeps its own schedule, whatever happens to its requests. */
export class Fleet {
  private readonly phones: readonly Phone[];
  private readonly latencies = new Latencies(COLD_MS);
  private readonly durationMs: number;
  private readonly errors: Record<string, number> = {};
  private ticks = 0;
  private respondedInTime = 0;
  private startedAt = 0;

  constructor(
    private readonly pool: Pool,
    journeys: readonly Journey[],
    measuredMs: number,
  ) {
    this.durationMs = COLD_MS + measuredMs;
    this.phones = journeys.flatMap((journey) => [trainer(journey), student(journey)]);
  }

  async drive(): Promise<PhonesFound> {
    const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
    delay.enable();
    this.startedAt = performance.now();
    for (const phone of this.phones) this.schedule(phone, 0);
    await sleep(this.durationMs + LAST_RESPONSES_MS);
    delay.disable();
    return {
      ticks: this.ticks,
      missedTicks: this.ticks - this.respondedInTime,
      errors: this.errors,
      ...this.latencies.summary(),
      // The histogram counts the whole interval of its timer.
      ownDelayP999Ms: Math.max(0, delay.percentile(99.9) / 1e6 - DELAY_RESOLUTION_MS),
    };
  }

  private schedule(phone: Phone, tick: number): void {
    const intendedMs = phone.phaseMs + tick * PERIOD_MS;
    if (intendedMs >= this.durationMs) return;
    this.ticks += 1;
    const waitMs = this.startedAt + intendedMs - performance.now();
    setTimeout(
      () => {
        this.schedule(phone, tick + 1);
        void this.send(phone, tick, intendedMs);
      },
      Math.max(0, waitMs),
    );
  }

  private async send(phone: Phone, tick: number, intendedMs: number): Promise<void> {
    let error: string | null;
    try {
      const { statusCode, body } = await this.pool.request({
        path: '/graphql',
        method: 'POST',
        headers: phoneHeaders(phone.token),
        body: phone.body(tick, performance.timeOrigin + this.startedAt + intendedMs),
      });
      const response = (await body.json()) as Response;
      error =
        response.errors?.[0]?.extensions.code ??
        (statusCode === 200 ? phone.errorIn(response, tick) : `HTTP_${statusCode}`);
    } catch (cause) {
      error = (cause as { code?: string }).code ?? String(cause);
    }
    const latencyMs = performance.now() - this.startedAt - intendedMs;
    // A failed request counts too: an error that comes late is late.
    this.latencies.record(phone.kind, intendedMs, latencyMs);
    if (error !== null) this.errors[error] = (this.errors[error] ?? 0) + 1;
    else if (latencyMs < PERIOD_MS) this.respondedInTime += 1;
  }
}

const randomPhaseMs = (): number => Math.random() * PERIOD_MS;

function trainer(journey: Journey): Phone {
  const { updateAt } = bodies();
  return {
    kind: 'update',
    token: journey.trainerToken,
    phaseMs: randomPhaseMs(),
    body: (tick, intendedAt) =>
      updateAt(journey, START_FIX_METERS - tick * METERS_A_TICK, Math.floor(intendedAt)),
    errorIn({ data }, tick) {
      const update = data?.updateLocation;
      if (update?.status !== 'ACCEPTED') return `STATUS_${update?.status}`;
      // It is 1 at the start and grows by 1 with each fix, so none was lost and none was counted twice.
      return update.version === tick + 2 ? null : 'WRONG_VERSION';
    },
  };
}

function student(journey: Journey): Phone {
  const { poll } = bodies();
  const body = poll(journey);
  let seen = 0;
  return {
    kind: 'poll',
    token: journey.studentToken,
    phaseMs: randomPhaseMs(),
    body: () => body,
    errorIn({ data }) {
      const live = data?.liveLocation;
      if (!live?.isActive) return 'NOT_ACTIVE';
      if (live.version < seen) return 'VERSION_WENT_BACK';
      seen = live.version;
      return seen > 1 && live.signal !== 'LIVE' ? 'NOT_LIVE' : null;
    },
  };
}
