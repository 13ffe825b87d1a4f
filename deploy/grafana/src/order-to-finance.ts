import { inRange, of, quantile, query, rare, rate, type DashboardSpec } from './spec.ts';

const ENDED = 'mesh_orders_ended_total';
const CONFIRMED = 'outcome="confirmed"';
const LEAD_TIME = 'mesh_order_to_finance_seconds';
// 2.x writes a bound as 16920, 3.x as 16920.0
const IN_TIME = 'le=~"16920(\\\\.0)?"';

/** What the business asks: how many orders, how much money, how fast, and what stands in the way. */
export const orderToFinance: DashboardSpec = {
  uid: 'mesh-order-to-finance',
  title: 'Order Mesh: order to finance',
  description: 'From the order in the CRM to confirmed money in the ERP.',
  rows: [
    { title: 'Now', panels: [
      { kind: 'number', title: 'Confirmed in the last hour', says: 'Orders that reached finance.', unit: 'short', queries: [query(`sum(increase(${of(ENDED, CONFIRMED)}[1h]))`)] },
      {
        kind: 'number', title: 'Confirmed', says: 'Of the orders that ended in the time shown. What else became of them stands below, by rule.', unit: 'percentunit',
        queries: [query(`sum(${inRange(ENDED, CONFIRMED)}) / sum(${inRange(ENDED)})`)],
      },
      { kind: 'number', title: 'Money in flight', says: 'What the orders on their way were placed for.', unit: 'currencyCNY', queries: [query(`sum(max by (step, phase) (${of('mesh_orders_in_flight_fen')})) / 100`)] },
      { kind: 'number', title: 'Orders in flight', says: 'Begun and not ended.', unit: 'short', queries: [query(`sum(max by (step, phase) (${of('mesh_orders_in_flight')}))`)] },
      {
        kind: 'number', title: 'In finance within 4.7 h', says: 'Of the orders confirmed in the time shown.', unit: 'percentunit',
        queries: [query(`sum(${inRange(`${LEAD_TIME}_bucket`, IN_TIME)}) / sum(${inRange(`${LEAD_TIME}_count`)})`)],
      },
      { kind: 'number', title: 'Booked with another amount', says: 'Orders that the ERP booked otherwise than is to be paid: somebody in finance has to look.', unit: 'short', queries: [query(`sum(${inRange('mesh_orders_disagreeing_total')})`)], runbook: 'ReconciliationDrift' },
    ] },
    { title: 'How many, how fast', panels: [
      { kind: 'lines', title: 'Orders an hour', says: 'By how they ended.', unit: 'short', queries: [query(`sum by (outcome) (${rate(ENDED)}) * 3600`, '{{outcome}}')] },
      {
        kind: 'lines', title: 'From order to finance', says: 'The straight line is the limit of 4.7 h. Most of what is long is the signature; the dashboard Saga shows it step by step.', unit: 's',
        queries: [0.5, 0.95, 0.99].map((q) => query(quantile(q, LEAD_TIME), `p${q * 100}`)).concat(query('vector(16920)', 'limit')),
      },
      { kind: 'lines', title: 'Confirmed money an hour', says: 'As entered into the ledger of finance.', unit: 'currencyCNY', queries: [query(`sum(${rate('mesh_orders_recorded_fen_total')}) * 36`, 'confirmed')] },
      { kind: 'lines', title: 'Money in flight by step', says: 'Where it waits.', unit: 'currencyCNY', queries: [query(`sum by (step) (max by (step, phase) (${of('mesh_orders_in_flight_fen')})) / 100`, '{{step}}')] },
    ] },
    { title: 'What stands in the way', panels: [
      { kind: 'table', title: 'Rejected, by rule', says: 'In the time shown. A new reason at the top: ask what was changed, `mesh rules changes`.', unit: 'short', queries: [query(`sort_desc(sum by (step, reason) (${inRange(ENDED, 'outcome="rejected"')}) > 0)`)] },
      { kind: 'lines', title: 'Waiting for approval', says: 'Questions that people have to answer, and those that are overdue.', unit: 'short', runbook: 'ApprovalOverdue', queries: [
        rare(`sum by (role) (max by (role, instance) (${of('mesh_approvals_waiting')}))`, '{{role}}'), rare(`sum(max by (role) (${of('mesh_approvals_overdue')}))`, 'overdue'),
      ] },
      { kind: 'lines', title: 'Rules in force', says: 'The version at each decision point; 0 are the shipped ones.', unit: 'short', queries: [query(`max by (point) (${of('mesh_rules_live_version')})`, '{{point}}')] },
      { kind: 'lines', title: 'Differences between the books', says: 'CRM, mesh and ERP, compared order by order.', unit: 'short', runbook: 'ReconciliationDrift', queries: [query(`max(${of('mesh_reconciliation_differences_open')})`, 'open')] },
    ] },
  ],
};
