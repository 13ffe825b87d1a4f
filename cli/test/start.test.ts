import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Order } from '../src/gateway/order.ts';
import { newDataDir, root, startMesh, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

const ORDERS = 200;
const run = promisify(execFile);
let mesh: RunningMesh;
let summary: Record<string, unknown>;

beforeAll(async () => {
  const dataDir = await newDataDir();
  const args = ['start', '--silent', '--', '--once', '--orders', String(ORDERS), '--json', '--free-ports', '--data-dir', dataDir];
  const { stdout } = await run('npm', args, { cwd: root, maxBuffer: 1e8 });
  summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  mesh = await startMesh({ dataDir });
}, 300_000);

afterAll(() => mesh?.stop(), 60_000);

async function allOrders(): Promise<readonly Order[]> {
  const gateway = mesh.gateway();
  const orders: Order[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await gateway.orders({ limit: 200, ...(cursor !== undefined && { cursor }) });
    orders.push(...page.items);
    cursor = page.nextCursor;
  }
  return orders;
}

describe('npm start -- --once --orders 200 --json', () => {
  it('ends every order: most confirmed, each kind of refusal of the sample met', () => {
    expect(summary).toMatchObject({ orders: 200, confirmed: 179, rejected: 21, cancelled: 0, manual: 0, unfinished: 0 });
    const reasons = Object.keys(Object(summary['rejectedByReason'])).sort();
    expect(reasons).toEqual(['contract: signer-refused', 'credit: denied', 'credit: over-limit', 'logistics: not-served', 'stock: out-of-stock']);
  });

  it('leaves books that agree with it, at every partner, to the fen', async () => {
    const orders = await allOrders();
    expect(orders.filter(({ status }) => status === 'confirmed')).toHaveLength(Number(summary['confirmed']));
    expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
  }, 90_000);

  it('hands finance exactly the confirmed orders, what was ordered less what promotions took off', async () => {
    const feed = await (await mesh.ask('/v1/finance/confirmed-orders?format=json', undefined, '赵敏')).json() as { readonly orders: readonly { readonly orderId: string; readonly amountFen: string; readonly discountFen: string }[]; readonly totalFen: string };
    const confirmed = (await allOrders()).filter(({ status }) => status === 'confirmed');
    expect(feed.orders.map(({ orderId }) => orderId).sort()).toEqual(confirmed.map(({ orderId }) => orderId).sort());
    const discounts = feed.orders.reduce((total, { discountFen }) => total + BigInt(discountFen), 0n);
    expect(discounts).toBeGreaterThan(0n);
    expect(feed.totalFen).toBe(String(confirmed.reduce((total, { amountFen }) => total + BigInt(amountFen ?? 0), 0n) - discounts));
  });
});
