import { trace, TraceFlags, type Attributes, type Context } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace';

import type { TracingConfig } from '../config/config';

/** Set on the span of a poll that succeeded. */
export const IS_SUCCESSFUL_POLL = 'journey.successful_poll';

/**
 * Samples a share of the requests, and a much smaller share of successful polls: nearly all requests are polls, and
 * they are all alike. Neither a caller's sampling decision nor its trace id counts unless the operator wants it: most
 * callers are phones, and anybody can send the header.
 */
export class OperationSampler implements Sampler {
  constructor(private readonly config: Omit<TracingConfig, 'on'>) {}

  shouldSample(
    context: Context,
    _traceId: string,
    _name: string,
    _kind: unknown,
    attributes: Attributes,
  ): SamplingResult {
    const { ratio, pollRatio, parentBased } = this.config;
    const parent = trace.getSpanContext(context);
    if (parent && (!parent.isRemote || parentBased))
      return result((parent.traceFlags & TraceFlags.SAMPLED) !== 0);
    return result(Math.random() < (attributes[IS_SUCCESSFUL_POLL] === true ? ratio * pollRatio : ratio));
  }
}

const result = (isSampled: boolean): SamplingResult => ({
  decision: isSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
});
