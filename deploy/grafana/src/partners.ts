import { of, quantile, query, rate, type DashboardSpec } from './spec.ts';

const CALLS = 'mesh_partner_calls_total';
const TROUBLE = 'result=~"unavailable|unknown"';

/** How the partner systems answer. */
export const partners: DashboardSpec = {
  uid: 'mesh-partners',
  title: 'Order Mesh: partners',
  description: 'U8, Salesforce, the signing provider, the carrier, WeCom: calls, answers, breakers, what waits.',
  rows: [
    { title: 'Calls', panels: [
      { kind: 'lines', title: 'Attempts a second', says: 'By system and how they ended.', unit: 'ops', queries: [query(`sum by (system, result) (${rate(CALLS)})`, '{{system}} {{result}}')] },
      { kind: 'lines', title: 'Share in trouble', says: 'unavailable and unknown; they are tried again by themselves. Above a half of ten calls the breaker opens.', unit: 'percentunit', runbook: 'PartnerAway', queries: [
        query(`(sum by (system) (${rate(CALLS, TROUBLE)}) or 0 * sum by (system) (${rate(CALLS)})) / sum by (system) (${rate(CALLS)})`, '{{system}}'),
      ] },
      { kind: 'lines', title: 'Duration (p95)', says: 'Of an attempt; at its time limit it is unknown.', unit: 's', queries: [query(quantile(0.95, 'mesh_partner_call_seconds', ['system', 'operation']), '{{system}} {{operation}}')] },
      { kind: 'heatmap', title: 'How long attempts take', says: 'All systems.', unit: 's', queries: [query(`sum by (le) (increase(${of('mesh_partner_call_seconds_bucket')}[$__rate_interval]))`, '{{le}}')] },
    ] },
    { title: 'What waits', panels: [
      { kind: 'lines', title: 'Shut', says: '1: its breaker is open; 2: a person has paused it.', unit: 'short', runbook: 'PartnerAway', queries: [query(`max by (system) (${of('mesh_partner_shut')})`, '{{system}}')] },
      { kind: 'lines', title: 'Calls waiting', says: 'Not settled, parked ones included; at 10,000 new orders wait.', unit: 'short', runbook: 'PartnerAway', queries: [query(`max by (system) (${of('mesh_partner_calls_waiting')})`, '{{system}}')] },
      { kind: 'number', title: 'Positions lost at the CRM', says: 'How often it had forgotten where we were, and orders were read instead.', unit: 'short', queries: [query(`sum(${of('mesh_crm_position_lost_total')})`)] },
    ] },
  ],
};
