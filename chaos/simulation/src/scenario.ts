import type { OrderPlaced } from '@order-mesh/contracts';
import type { ErpLists } from '@order-mesh/erp-adapter';
import { fen, yuanFromFen } from '@order-mesh/kernel';
import { drawFaults, type Fault } from './faults.ts';
import { SERVICES, type ProcessSpec } from './mesh/process.ts';
import { UNSERVED } from './partners/carrier.ts';
import type { SigningFate } from './partners/esign.ts';
import { Chance } from './random.ts';

type Fact = Awaited<ReturnType<ErpLists['changedSince']>>['rows'][number]['fact'];

/** Where a run begins on the calendar: a Monday morning in Shanghai. */
export const START = Date.UTC(2026, 0, 5, 1);

/** One order, and what the people around it do. Moments count from the start of the run. */
export interface OrderPlan {
  readonly order: OrderPlaced;
  readonly atMs: number;
  /** Sent by its customer a second time. */
  readonly againAtMs: number | null;
  readonly cancelAtMs: number | null;
  /** Placed again with other content. */
  readonly amendment: { readonly order: OrderPlaced; readonly atMs: number } | null;
  readonly isAcceptable: boolean;
  readonly signing: SigningFate;
  readonly isCollected: boolean;
  readonly approval: { readonly decision: 'granted' | 'denied' | 'never'; readonly afterMs: number };
}

/** Credit freezes after other days, or a promotion takes so much off every order until its budget is gone. */
export type Publication = { readonly atMs: number } & ({ readonly freezeAfterDays: number } | { readonly off: number; readonly budget: number });

/** Everything a run depends on besides the order in which chance is asked. */
export interface Scenario {
  readonly seed: number;
  readonly partitions: number;
  readonly inPlace: boolean;
  readonly maxRecords: number;
  readonly tellsTaken: boolean;
  /** What comes from outside comes at multiples of it, so that much of it comes together. */
  readonly grainMs: number;
  readonly processes: readonly ProcessSpec[];
  readonly facts: readonly Fact[];
  readonly orders: readonly OrderPlan[];
  /** Rules that are published meanwhile, the first one first. */
  readonly publications: readonly Publication[];
  readonly faults: readonly Fault[];
}

/** What a seed stands for. */
export function scenarioOf(seed: number, orderCount: number): Scenario {
  const chance = new Chance(seed, 1);
  const customers = chance.whole(1, 6);
  const products = chance.whole(1, 6);
  const grainMs = chance.of([1, 25, 50, 100, 200]);
  const orders = Array.from({ length: orderCount }, (_, index) => drawOrder(chance, { seed, index, customers, products, grainMs }));
  return {
    seed,
    partitions: chance.whole(1, 3),
    inPlace: chance.happens(0.9),
    maxRecords: chance.happens(0.1) ? chance.whole(2, 8) : 1_000,
    tellsTaken: chance.happens(0.85),
    grainMs,
    processes: drawProcesses(chance),
    facts: [...drawFacts(chance, { customers, products, orderCount }), ...drawCosts(new Chance(seed, 8), products)],
    orders,
    publications: [...drawPublications(new Chance(seed, 6)), ...drawPromotions(new Chance(seed, 7), orderCount)].sort((one, other) => one.atMs - other.atMs),
    faults: drawFaults(new Chance(seed, 2), orderCount),
  };
}

/** In half of the runs somebody changes the rules, up to five times; some of what is overdue is so by sixty days. */
function drawPublications(chance: Chance): Scenario['publications'] {
  const times = chance.happens(0.5) ? chance.whole(1, 5) : 0;
  return Array.from({ length: times }, () => ({ atMs: chance.whole(0, 2_500), freezeAfterDays: chance.of([0, 30, 59, 60, 61, 90]) }));
}

/** In half of the runs there are promotions, some with a budget for a few orders. */
function drawPromotions(chance: Chance, orderCount: number): Scenario['publications'] {
  const times = chance.happens(0.5) ? chance.whole(1, 3) : 0;
  return Array.from({ length: times }, () => {
    const off = chance.of([700, 1_000, 20_000]);
    return { atMs: chance.whole(0, 1_500), off, budget: chance.happens(0.2) ? 0 : off * chance.whole(1, Math.max(1, orderCount >> 1)) + chance.whole(0, 50) };
  });
}

/** Together, several of a kind, split in two, or each service alone. */
function drawProcesses(chance: Chance): readonly ProcessSpec[] {
  const all = { groupId: 'order-mesh', services: SERVICES };
  const way = chance.unit();
  if (way < 0.3) return [all];
  if (way < 0.75) return Array.from({ length: chance.whole(2, 3) }, () => all);
  if (way > 0.96) return SERVICES.map((name) => ({ groupId: name, services: [name] }));
  const front = SERVICES.filter(() => chance.happens(0.5));
  const back = SERVICES.filter((name) => !front.includes(name));
  return [{ groupId: 'front', services: front }, { groupId: 'back', services: back }].filter(({ services }) => services.length > 0);
}

interface Sizes {
  readonly grainMs: number;
  readonly customers: number;
  readonly products: number;
}

const PRICE = 10_000n;

function drawFacts(chance: Chance, { customers, products, orderCount }: Omit<Sizes, 'grainMs'> & { readonly orderCount: number }): readonly Fact[] {
  const share = Math.max(1, Math.round((orderCount * 2) / customers));
  const accounts = Array.from({ length: customers }, (_, index) => index).flatMap((index): readonly Fact[] => {
    const customerId = `C${index + 1}`;
    const limit = PRICE * BigInt(chance.happens(0.3) ? chance.whole(1, share) : share * 4);
    const customer: Fact = { kind: 'customer', customerId, name: `客户 ${index + 1}`, region: '华东', creditLimit: yuanFromFen(fen(limit)) };
    if (!chance.happens(0.25)) return [customer];
    const overdue: Fact = { kind: 'receivable', receivableId: `OLD${index + 1}`, customerId, orderId: null, amount: '1.00', open: '1.00', dueAt: START - 60 * 24 * 3_600_000 };
    return [customer, overdue];
  });
  const stock = Array.from({ length: products }, (_, index) => index).flatMap((index): readonly Fact[] => {
    const sku = `P${index + 1}`;
    const plenty = chance.happens(0.7) ? 10 : 1;
    const warehouses = chance.happens(0.5) ? ['W1'] : ['W1', 'W2'];
    return [{ kind: 'product', sku, safetyStock: chance.whole(0, 5) }, ...warehouses.map((warehouse): Fact => ({ kind: 'stock', sku, warehouse, onHand: chance.whole(1, Math.ceil((orderCount * 2) / products)) * plenty }))];
  });
  return [...accounts, ...stock];
}

/** Of most products it is known what they cost; of some so much that nothing may be taken off. */
const drawCosts = (chance: Chance, products: number): readonly Fact[] => Array.from({ length: products }, (_, index) => index).flatMap((index): readonly Fact[] =>
  (chance.happens(0.7) ? [{ kind: 'cost', sku: `P${index + 1}`, unitCost: chance.of(['50.00', '85.00', '94.99', '120.00']) }] : []));

const ARRIVE_WITHIN_MS = 800;

function drawOrder(chance: Chance, { seed, index, customers, products, grainMs }: Sizes & { readonly seed: number; readonly index: number }): OrderPlan {
  const orderId = `O${seed}n${index + 1}`;
  const lines = drawLines(chance, products);
  const customer = chance.whole(1, customers);
  const atMs = Math.floor(chance.whole(0, ARRIVE_WITHIN_MS) / grainMs) * grainMs;
  const order: OrderPlaced = {
    orderId, source: 'simulation', externalId: orderId, customerId: `C${customer}`, customerName: `客户 ${customer}`, region: '华东', lines,
    amount: totalOf(lines), placedAt: START + atMs, placedBy: '',
    shipTo: { contact: '王芳', phone: '13800001234', region: chance.happens(0.05) ? UNSERVED : '上海', city: '上海市', street: '人民路 1 号' },
  };
  return {
    order, atMs, amendment: drawAmendment(chance, order, { atMs, products }),
    againAtMs: chance.happens(0.08) ? atMs + chance.whole(0, 3_000) : null,
    cancelAtMs: chance.happens(0.15) ? atMs + chance.whole(0, chance.happens(0.5) ? 200 : 3_000) : null,
    isAcceptable: !chance.happens(0.02),
    signing: drawSigning(chance),
    isCollected: chance.happens(0.05),
    approval: { decision: chance.of(['granted', 'granted', 'denied', 'never']), afterMs: chance.whole(10, 2_000) },
  };
}

function drawLines(chance: Chance, products: number): OrderPlaced['lines'] {
  return Array.from({ length: chance.happens(0.3) ? 2 : 1 }, (_, line) => {
    const quantity = chance.whole(1, 3);
    const sku = `P${chance.whole(1, products)}`;
    return { lineNo: line + 1, sku, name: `商品 ${sku}`, quantity, unit: 'PCS', unitPrice: fen(PRICE), amount: fen(PRICE * BigInt(quantity)) };
  });
}

const totalOf = (lines: OrderPlaced['lines']) => fen(lines.reduce((sum, { amount }) => sum + amount, 0n));

/** Other goods, soon after, or another address. */
function drawAmendment(chance: Chance, order: OrderPlaced, { atMs, products }: { readonly atMs: number; readonly products: number }): OrderPlan['amendment'] {
  if (!chance.happens(0.12)) return null;
  const lines = chance.happens(0.8) ? drawLines(chance, products) : order.lines;
  const shipTo = chance.happens(0.8) ? order.shipTo : { ...order.shipTo, street: '人民路 2 号' };
  return { order: { ...order, lines, amount: totalOf(lines), shipTo }, atMs: atMs + chance.whole(0, chance.happens(0.7) ? 200 : 2_000) };
}

function drawSigning(chance: Chance): SigningFate {
  const way = chance.unit();
  const decision = way < 0.9 ? 'sign' : way < 0.9995 ? 'refuse' : 'never';
  return { decision, afterMs: chance.whole(10, chance.happens(0.2) ? 3_000 : 400), rescinds: chance.happens(0.9) };
}
