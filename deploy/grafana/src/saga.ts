import { inRange, of, quantile, query, rare, rate, type DashboardSpec } from './spec.ts';

const STEP = 'mesh_saga_step_seconds';

/** How orders go from step to step, and where they stand. */
export const saga: DashboardSpec = {
  uid: 'mesh-saga',
  title: 'Order Mesh: saga',
  description: 'The steps of an order: how many get through, how long each takes against its limit, what is undone, what stands still.',
  rows: [
    { title: 'Steps', panels: [
      { kind: 'bars', title: 'Funnel', says: 'Steps done in the time shown. Where it narrows most, orders end.', unit: 'short', queries: [query(`sort_desc(sum by (step) (${inRange(`${STEP}_count`, 'outcome="done"')}))`, '{{step}}')] },
      { kind: 'heatmap', title: 'How long steps take', says: 'All steps; each colour is a number of steps.', unit: 's', queries: [query(`sum by (le) (increase(${of(`${STEP}_bucket`)}[$__rate_interval]))`, '{{le}}')] },
      { kind: 'lines', title: 'Share of their limit that steps take (p95)', says: 'At 1 a step times out and its order is undone.', unit: 'percentunit', runbook: 'OrderStandsStill', queries: [
        query(`histogram_quantile(0.95, sum by (step, le) (${rate(`${STEP}_bucket`)})) / on (step) max by (step) (${of('mesh_saga_step_within_seconds')})`, '{{step}}'),
      ] },
      { kind: 'lines', title: 'Steps a second, by what came of them', says: 'done, refused, appealed, timed-out, cancelled, amended.', unit: 'ops', queries: [query(`sum by (outcome) (${rate(`${STEP}_count`)})`, '{{outcome}}')] },
      { kind: 'lines', title: 'From begin to end (p95)', says: 'By outcome.', unit: 's', queries: [query(quantile(0.95, 'mesh_saga_duration_seconds', ['outcome']), '{{outcome}}')] },
      { kind: 'lines', title: 'What approvals cost (p95)', says: 'From a refusal that a person was asked about to the decision.', unit: 's', runbook: 'ApprovalOverdue', queries: [rare(quantile(0.95, 'mesh_saga_appeal_seconds', ['outcome']), '{{outcome}}')] },
    ] },
    { title: 'Where orders are', panels: [
      { kind: 'lines', title: 'Orders in flight', says: 'By step and phase. Where they gather is what is slow.', unit: 'short', queries: [query(`max by (step, phase) (${of('mesh_orders_in_flight')})`, '{{step}} {{phase}}')] },
      { kind: 'lines', title: 'Standing still', says: 'For how long the one that has not moved longest has not moved. Machines answer in seconds; a contract may wait for its customer.', unit: 's', runbook: 'OrderStandsStill', queries: [query(`max by (step, phase) (${of('mesh_orders_waited_seconds')})`, '{{step}} {{phase}}')] },
      { kind: 'number', title: 'Oldest unfinished order', says: 'Since it began.', unit: 's', runbook: 'OrderStandsStill', queries: [query(`max(${of('mesh_orders_oldest_seconds')})`)] },
      { kind: 'number', title: 'Cases open', says: 'Orders that need a person: `mesh cases`.', unit: 'short', runbook: 'OrdersFail', queries: [query(`sum(max by (kind) (${of('mesh_cases_open')}))`)] },
      { kind: 'number', title: 'Cases overdue', says: 'Past their deadline: `mesh cases --overdue`.', unit: 'short', runbook: 'OrdersFail', queries: [query(`sum(max by (kind) (${of('mesh_cases_overdue')}))`)] },
    ] },
    { title: 'What is undone', panels: [
      { kind: 'lines', title: 'Undone steps an hour', says: 'By step. failed becomes a case for a person.', unit: 'short', runbook: 'OrdersFail', queries: [query(`sum by (step, outcome) (${rate('mesh_compensations_total')}) * 3600`, '{{step}} {{outcome}}')] },
      { kind: 'lines', title: 'Failed orders an hour', says: 'Cases, and steps that did not answer in time: what the service level counts.', unit: 'short', runbook: 'OrdersFail', queries: [query(`sum by (step) (${rate('mesh_orders_failed_total')}) * 3600`, '{{step}}')] },
    ] },
  ],
};
