import { plain } from '../workload.ts';
import { rounded, scaled, type Row, type Scenario } from './scenario.ts';
import { assertBooks, cpuColumns, measure, memoryColumns, onStage, warmUp } from './stage.ts';

const SIZES = [{ lines: 1, orders: 5_000 }, { lines: 10, orders: 2_000 }, { lines: 500, orders: 100 }];

export const lines: Scenario = {
  what: 'orders with 1, 10 and 500 lines',
  async run(log) {
    const rows: Row[] = [];
    for (const { lines: count, orders } of SIZES) {
      const variant = { ...plain, lines: count };
      rows.push(await onStage((line) => { log(`${count} line(s): ${line}`); }, {}, async (stage) => {
        await warmUp(stage, variant);
        const measured = await measure(stage, { prefix: 'o', from: 0, count: scaled(orders), variant });
        await assertBooks(stage, 'o', measured.orders, variant);
        return {
          'lines an order': count, orders: measured.orders, 'orders/s': rounded(measured.ordersPerSecond), 'lines/s': rounded(measured.ordersPerSecond * count),
          ...cpuColumns(measured), ...memoryColumns(measured),
        };
      }));
    }
    return { what: lines.what, rows };
  },
};
