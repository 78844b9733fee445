import { trace, TraceFlags, type Attributes, type Context } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace';

import type { TracingConfig } from '../config/config';

/** Set on the span of a request that was answered well and is one of very many like it. */
export const IS_COMMON = 'journey.common';

/**
 * Takes a share of the requests, and a much smaller one of polls that went well: they are nearly all requests, and
 * all alike. Neither the caller's decision nor the trace id that it chose decides anything unless the operator said
 * so: most callers are phones, and anybody can send the header.
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
    const { ratio, commonShare, followsCallers } = this.config;
    const parent = trace.getSpanContext(context);
    if (parent && (!parent.isRemote || followsCallers))
      return decided((parent.traceFlags & TraceFlags.SAMPLED) !== 0);
    return decided(Math.random() < (attributes[IS_COMMON] === true ? ratio * commonShare : ratio));
  }
}

const decided = (taken: boolean): SamplingResult => ({
  decision: taken ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
});
