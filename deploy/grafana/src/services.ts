import { of, query, rare, rate, type DashboardSpec } from './spec.ts';

const WINDOWS = ['5m', '1h', '6h', '3d'] as const;

/** How the processes are, and how fast the service level is used up. */
export const services: DashboardSpec = {
  uid: 'mesh-services',
  title: 'Order Mesh: services',
  description: 'The service level of orders, and the processes with their event loop, memory and database.',
  rows: [
    { title: 'Service level: 99.5 % of orders end without a failure of ours', panels: [
      { kind: 'lines', title: 'Burn rate', says: 'At 1 the allowance of 30 days is used up in 30 days; at 14.4 in 2 days. The alerts look at two windows each.', unit: 'short', runbook: 'OrdersFail', queries: WINDOWS.map((window) => query(`mesh:orders_failed:ratio_${window} / 0.005`, window)) },
      { kind: 'number', title: 'Failed in the last hour', says: 'Cases, and steps that did not answer in time.', unit: 'short', runbook: 'OrdersFail', queries: [query(`sum(increase(${of('mesh_orders_failed_total')}[1h]))`)] },
      { kind: 'number', title: 'Processes up', says: 'As Prometheus reaches them.', unit: 'short', queries: [query(`sum(up{job=~"$job"})`)] },
      { kind: 'number', title: 'New orders wait', says: '1 while something behind the door is full.', unit: 'short', queries: [query(`max(${of('mesh_congested')})`)] },
    ] },
    { title: 'The front door', panels: [
      { kind: 'lines', title: 'Requests refused a second', says: 'By problem; overloaded is told when to come again.', unit: 'ops', queries: [rare(`sum by (problem) (${rate('mesh_requests_refused_total')})`, '{{problem}}')] },
      { kind: 'lines', title: 'Open at the door', says: 'Requests for an order that are being read, waiting or answered; orders that machines work on.', unit: 'short', queries: [
        query(`sum(${of('mesh_gateway_open_orders')})`, 'requests'), query(`sum(${of('mesh_orders_under_way')})`, 'orders under way'),
      ] },
    ] },
    { title: 'Processes', panels: [
      { kind: 'lines', title: 'Event loop lag (p99)', says: 'Above 0.2 s everything in the process is late.', unit: 's', queries: [query(of('nodejs_eventloop_lag_p99_seconds'), '{{instance}}')] },
      { kind: 'lines', title: 'CPU', says: 'Of one core.', unit: 'percentunit', queries: [query(rate('process_cpu_seconds_total'), '{{instance}}')] },
      { kind: 'lines', title: 'Memory', says: 'Resident.', unit: 'bytes', queries: [query(of('process_resident_memory_bytes'), '{{instance}}')] },
      { kind: 'lines', title: 'Time in garbage collection', says: 'Share of a core.', unit: 'percentunit', queries: [query(`sum by (instance) (${rate('nodejs_gc_duration_seconds_sum')})`, '{{instance}}')] },
    ] },
    { title: 'PostgreSQL', panels: [
      { kind: 'lines', title: 'Connections', says: 'Busy and idle; requests that wait for one.', unit: 'short', queries: [query(`sum by (state) (${of('mesh_database_connections')})`, '{{state}}'), query(`sum(${of('mesh_database_waiting')})`, 'waiting')] },
      { kind: 'lines', title: 'Mean time of a statement', says: 'The five that take most time in all.', unit: 's', queries: [
        query(`topk(5, sum by (statement) (${rate('mesh_sql_seconds_total')})) / on (statement) sum by (statement) (${rate('mesh_sql_statements_total')})`, '{{statement}}'),
      ] },
      { kind: 'lines', title: 'Statements a second', says: 'And packets of them, conflicts and frozen connections.', unit: 'ops', queries: [
        query(`sum(${rate('mesh_sql_statements_total')})`, 'statements'), query(`sum(${rate('mesh_sql_packets_total')})`, 'packets'), query(`sum(${rate('mesh_sql_conflicts_total')})`, 'conflicts'),
        query(`sum(${rate('mesh_database_connections_frozen_total')})`, 'frozen'),
      ] },
    ] },
    { title: 'Books', panels: [
      { kind: 'number', title: 'Books compared', says: 'How long ago a reconciliation began; every five minutes by default.', unit: 's', runbook: 'ReconciliationDrift', queries: [query(`max(${of('mesh_reconciliation_begun_seconds')})`)] },
      { kind: 'number', title: 'Audit alarms', says: 'Anything but 0: somebody has changed the audit log. `mesh audit verify`.', unit: 'short', queries: [query(`sum(${of('mesh_audit_alarms_total')})`)] },
    ] },
  ],
};
