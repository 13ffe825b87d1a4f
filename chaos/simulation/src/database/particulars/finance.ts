import type { Particular } from '../definition.ts';
import { column } from './cells.ts';

/** The tables of finance. */
export const financeStatements: Readonly<Record<string, Particular>> = {
  // nobody reconciles here: no partner's lists are simulated
  'finance.reconciliation': { says: ['from finance.reconciliation_run', 'from finance.difference'], run: () => [{ run: null, last_started_at: null, open: 0n }] },
  'finance.open-series': {
    says: ['insert into finance.series_end (series, last_entry_no) select unnest($1::integer[]), 0 on conflict do nothing'],
    lock: (session, [series]) => column<number>(series).map((key) => ({ table: session.table('finance.series_end'), key: String(key) })),
    run: (session, [series]) => {
      const table = session.table('finance.series_end');
      for (const one of column<number>(series)) if (!session.read(table, String(one))) session.write(table, { series: one, last_entry_no: 0n });
      return [];
    },
  },
};
