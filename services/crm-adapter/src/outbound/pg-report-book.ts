import { query, type Database } from '@order-mesh/platform';
import { joined, type Report } from '../domain/report.ts';
import type { ReportBook } from '../usecases/ports.ts';

/** What the CRM is to show, in PostgreSQL, schema `crm_adapter`. */
export function pgReportBook(database: Pick<Database, 'query'>): ReportBook {
  return {
    async add(tx, reports) {
      const each = [...joined(reports).values()];
      if (each.length === 0) return;
      const values = [each.map(({ orderId }) => orderId), each.map((report) => JSON.stringify(report))];
      await query(tx, { name: 'crm-adapter.add-report', text: ADD, values });
    },
    async shown(orderIds) {
      const rows = await database.query<ReportRow>({ name: 'crm-adapter.shown-reports', text: SHOWN, values: [orderIds] });
      return new Map(rows.map(({ order_id: orderId, version, report }) => [orderId, { report: reportIn(report), version: Number(version) }]));
    },
  };
}

interface ReportRow {
  readonly order_id: string;
  readonly version: string;
  readonly report: string;
}

// in one order for everybody, so that two processes never wait for each other
const ADD = `
  insert into crm_adapter.report as kept (order_id, version, report)
  select order_id, 1, report::jsonb from unnest($1::text[], $2::text[]) as reported(order_id, report) order by order_id
  on conflict (order_id) do update set version = kept.version + 1, report = kept.report || excluded.report`;
const SHOWN = 'select order_id, version::text, report::text from crm_adapter.report where order_id = any($1::text[])';

// no money in it
const reportIn = (text: string): Report => JSON.parse(text);
