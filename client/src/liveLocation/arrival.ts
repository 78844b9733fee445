/**
 * When the trainer is expected, in a form that is calm enough to be shown. RANGE: in so many minutes. SOON: within a
 * minute or two, and never earlier than now. LATE: after the booked time, at about this time of the service's clock.
 */
export type Arrival =
  | { readonly kind: 'RANGE'; readonly fromMinutes: number; readonly toMinutes: number }
  | { readonly kind: 'SOON' }
  | { readonly kind: 'LATE'; readonly aboutMs: number };
