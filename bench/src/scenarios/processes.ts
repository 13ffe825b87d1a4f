import { PARTITIONS } from '../mesh/mesh.ts';
import { plain, type Variant } from '../workload.ts';
import { rounded, scaled, type Row, type Scenario } from './scenario.ts';
import { watchSessions } from './sessions.ts';
import { assertBooks, cpuColumns, measure, memoryColumns, onStage, warmUp, type Log } from './stage.ts';

const ORDERS = 20_000;

export const processes: Scenario = {
  what: `1, 2 and 4 processes over ${PARTITIONS} partitions`,
  async run(log) {
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const count of [1, 2, 4]) {
      const { row, waits } = await withProcesses(count, { orders: ORDERS, variant: plain, log });
      rows.push(row);
      notes.push(`${count} ${count === 1 ? 'process' : 'processes'}: sessions at work were seen at ${waits.join(', ')}`);
    }
    return { what: processes.what, rows, notes };
  },
};

interface Shared {
  readonly orders: number;
  readonly variant: Variant;
  readonly log: Log;
}

/** One run on so many processes, with what their sessions waited for. */
export function withProcesses(count: number, { orders, variant, log }: Shared): Promise<{ readonly row: Row; readonly waits: readonly string[] }> {
  return onStage((line) => { log(`${count} process(es): ${line}`); }, { processes: count }, async (stage) => {
    await warmUp(stage, variant);
    const sessions = await watchSessions(stage.mesh.databaseUrl);
    const measured = await measure(stage, { prefix: 'o', from: 0, count: scaled(orders), variant });
    const { lockShare, busy, waits } = await sessions.stop();
    await assertBooks(stage, 'o', measured.orders, variant);
    const row = {
      processes: count, 'orders/s': rounded(measured.ordersPerSecond), ...cpuColumns(measured), ...memoryColumns(measured),
      'busy sessions': rounded(busy, 2), 'waiting for locks %': rounded(100 * lockShare, 1),
    };
    return { row, waits };
  });
}
