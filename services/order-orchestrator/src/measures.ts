import type { Measures } from '@order-mesh/platform';

const OUTCOME = 'confirmed, rejected, cancelled or manual';
const STEP = 'a step of the definition';
const PHASE = 'asked, appealed, retracted or undoing';

/** What the orchestrator tells of the orders on their way. */
export const sagaMeasures = {
  took: { name: 'mesh_saga_duration_seconds', type: 'histogram', unit: 'seconds', labels: { outcome: OUTCOME }, span: 'orders', means: 'From the beginning of an order here to its end.', use: 'With the customer and approvers in it. What of it is ours shows step by step in mesh_saga_step_seconds.' },
  ended: { name: 'mesh_orders_ended_total', type: 'counter', unit: 'orders', labels: { outcome: OUTCOME, step: 'where it ended otherwise than confirmed; empty when confirmed', reason: 'the code of the refusal; what comes after the first 60 codes is "other"' }, means: 'Orders that ended, and why; a case counts once more when a person has led it to its end.', use: 'What rules and partners refuse, and where. A new reason at the top: ask who changed what, `mesh rules changes`.' },
  failed: { name: 'mesh_orders_failed_total', type: 'counter', unit: 'orders', labels: { step: STEP }, means: 'Orders that ended as a case for a person, or because a step did not answer in time; but for the signature, which is the customer\'s.', use: 'Divided by mesh_orders_ended_total: what the service level of 99.5 % is about. See the runbook OrdersFail.' },
  step: { name: 'mesh_saga_step_seconds', type: 'histogram', unit: 'seconds', labels: { step: STEP, outcome: 'done, refused, appealed, timed-out, cancelled, amended or ended' }, span: 'orders', means: 'From the asking of a step to what came of it; hops within one batch take no time.', use: 'Compare with mesh_saga_step_within_seconds. A step that comes near its limit is the next to time out.' },
  within: { name: 'mesh_saga_step_within_seconds', type: 'gauge', unit: 'seconds', labels: { step: STEP }, means: 'How long a step may take by the newest definition.', use: 'The line to compare mesh_saga_step_seconds with.' },
  appeal: { name: 'mesh_saga_appeal_seconds', type: 'histogram', unit: 'seconds', labels: { step: STEP, outcome: 'granted, denied, timed-out, cancelled or amended' }, span: 'orders', means: 'From a refusal that a person was asked about to the decision.', use: 'What approvals cost an order. timed-out: nobody decided, see the runbook ApprovalOverdue.' },
  compensations: { name: 'mesh_compensations_total', type: 'counter', unit: 'steps', labels: { step: STEP, outcome: 'undone or failed' }, means: 'Steps that were undone, or finally could not be.', use: 'Many undone: orders fail late; move the check that refuses them to the front. failed: each becomes a case, `mesh cases list`.' },
  inFlight: { name: 'mesh_orders_in_flight', type: 'gauge', unit: 'orders', labels: { step: STEP, phase: PHASE }, means: 'Orders on their way, by where they are; read every 15 s.', use: 'Every process shows the same: take the maximum by step and phase. Where they gather is what is slow.' },
  inFlightFen: { name: 'mesh_orders_in_flight_fen', type: 'gauge', unit: 'fen', labels: { step: STEP, phase: PHASE }, means: 'What these orders were placed for.', use: 'Divide by 100 for yuan: the money that is on its way.' },
  waited: { name: 'mesh_orders_waited_seconds', type: 'gauge', unit: 'seconds', labels: { step: STEP, phase: PHASE }, means: 'Of those orders, for how long the one that has not moved longest has not moved.', use: 'Machines answer in seconds: at every step but the contract minutes are too long. See the runbook OrderStandsStill.' },
  oldest: { name: 'mesh_orders_oldest_seconds', type: 'gauge', unit: 'seconds', labels: {}, means: 'How long ago the oldest order began that has not ended; 0 when there is none.', use: 'Up to 18 days for an approval and 7 for a signature may be right; beyond that it is forgotten.' },
  cases: { name: 'mesh_cases_open', type: 'gauge', unit: 'cases', labels: { kind: 'undo-failed or stuck' }, means: 'Orders that need a person.', use: '`mesh cases list`; how-to/cases.md says what can be done.' },
  casesOverdue: { name: 'mesh_cases_overdue', type: 'gauge', unit: 'cases', labels: { kind: 'undo-failed or stuck' }, means: 'Those of them that are past their deadline.', use: 'See the runbook OrdersFail.' },
} as const satisfies Measures;
