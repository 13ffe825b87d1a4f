import { plain } from '../workload.ts';
import { withProcesses } from './processes.ts';
import { type Row, type Scenario } from './scenario.ts';

const ORDERS = 10_000;

export const hot: Scenario = {
  what: 'one customer and one product in nine of ten orders',
  async run(log) {
    const rows: Row[] = [];
    for (const isHot of [false, true]) {
      for (const count of [1, 2]) {
        const name = isHot ? 'hot' : 'plain';
        const { row } = await withProcesses(count, { orders: ORDERS, variant: { ...plain, hot: isHot }, log: (line) => { log(`${name}, ${line}`); } });
        rows.push({ orders: name, ...row });
      }
    }
    return { what: hot.what, rows };
  },
};
