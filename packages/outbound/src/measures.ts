import type { Measures } from '@order-mesh/platform';

const SYSTEM = 'the partner system: u8, salesforce, esign, …';
const OPERATION = 'what is called, from the code';

/** What the desk of every service that calls a partner tells. */
export const partnerMeasures = {
  attempts: { name: 'mesh_partner_calls_total', type: 'counter', unit: 'calls', labels: { system: SYSTEM, operation: OPERATION, result: 'answered, refused, unavailable or unknown' }, means: 'Attempts of calls to partner systems, by how they ended.', use: 'unavailable and unknown are tried again by themselves; refused is an answer of the partner. A share of trouble above a tenth: `mesh partners`.' },
  took: { name: 'mesh_partner_call_seconds', type: 'histogram', unit: 'seconds', labels: { system: SYSTEM, operation: OPERATION }, means: 'How long an attempt took.', use: 'What the partner makes our orders wait. At its time limit (10 s) an attempt is unknown.' },
  shut: { name: 'mesh_partner_shut', type: 'gauge', unit: 'state', labels: { system: SYSTEM }, means: 'Whether calls to the partner wait: 0 they go, 1 its breaker is open because it is in trouble, 2 a person has paused it.', use: 'See the runbook PartnerAway.' },
  waiting: { name: 'mesh_partner_calls_waiting', type: 'gauge', unit: 'calls', labels: { system: SYSTEM }, means: 'Calls to the partner that are not settled, parked ones included; counted up to three times their limit.', use: 'Every process of a service shows the same: take the maximum. At the limit (10,000) new orders wait.' },
} as const satisfies Measures;
