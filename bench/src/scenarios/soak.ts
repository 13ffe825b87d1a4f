import { readFileSync } from 'node:fs';
import { plain } from '../workload.ts';
import { slopeOf, type Point } from './slope.ts';
import { rounded, scale, scaled, type Scenario } from './scenario.ts';
import { assertBooks, measure, onStage, warmUp, type Stage } from './stage.ts';

const ORDERS = 200_000;
const EVERY_MS = 5_000;

export const soak: Scenario = {
  what: 'memory over 200,000 orders in one run',
  run: (log) => onStage(log, {}, async (stage) => {
    await warmUp(stage, plain);
    const points: Point[] = [];
    const startedAt = performance.now();
    const look = (): void => { points.push({ at: (performance.now() - startedAt) / 1_000, value: rssMbOf(stage) }); };
    look();
    const timer = setInterval(look, Math.max(500, EVERY_MS * scale));
    const measured = await measure(stage, { prefix: 'o', from: 0, count: scaled(ORDERS), variant: plain }).finally(() => { clearInterval(timer); });
    look();
    await assertBooks(stage, 'o', measured.orders, plain);
    const secondHalf = points.slice(Math.floor(points.length / 2));
    const perSecond = slopeOf(secondHalf);
    const values = points.map(({ value }) => value);
    return {
      what: soak.what,
      rows: [{
        orders: measured.orders, 'orders/s': rounded(measured.ordersPerSecond), samples: points.length, 'first MB': rounded(values[0] ?? 0), 'highest MB': rounded(Math.max(...values)),
        'last MB': rounded(values.at(-1) ?? 0), 'slope in the second half, MB per 100,000 orders': rounded(perSecond * 100_000 / measured.ordersPerSecond, 1),
      }],
      notes: [`resident memory of the mesh, MB: ${values.map((value) => rounded(value)).join(' ')}`],
    };
  }),
};

function rssMbOf({ mesh: { pids } }: Stage): number {
  return pids.map((pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024).reduce((total, one) => total + one, 0);
}
