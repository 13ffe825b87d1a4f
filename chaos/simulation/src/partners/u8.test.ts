import fc from 'fast-check';
import { openApiBooks } from '@order-mesh/erp-adapter';
import { Strikes } from '../faults.ts';
import { History } from '../history.ts';
import { Chance } from '../random.ts';
import { Timeline, WORLD } from '../virtual/timeline.ts';
import { U8Books } from './u8.ts';
import { Wire } from './wire.ts';

const START = Date.UTC(2026, 10, 24);

/** The simulated U8, reached through the product's own adapter over a wire on which nothing goes wrong. */
function u8() {
  const timeline = new Timeline(START);
  const wire = new Wire({
    grainMs: 1, timeline, chance: new Chance(1), strikes: new Strikes([]), history: new History(timeline, false), reaper: { crash: () => {}, freeze: () => {} }, onBlow: () => {},
  });
  const partner = new U8Books(timeline, []);
  const books = openApiBooks(partner.connect(wire, WORLD), { saleType: '01', department: '0301', taxRate: '13' });
  return { timeline, partner, books };
}

/** One line at its list price in fen, less what is taken off; gives what the simulated U8 has of it. */
async function booked(quantity: number, unitPrice: bigint, off: bigint): Promise<readonly bigint[]> {
  const { timeline, partner, books } = u8();
  const amount = unitPrice * BigInt(quantity) - off;
  const request = {
    orderId: 'O1', customerId: 'C1', contractId: 'K1', waybill: 'SF1', amount: String(amount),
    lines: [{ lineNo: 1, sku: 'P1', name: 'x', quantity, unitPrice: String(unitPrice), discounts: [{ amount: String(off), title: '满减' }] }],
  };
  const call = { key: 'BOOK-O1', operation: 'book', orderId: 'O1', ledger: 'C1', request, giveUpAt: START + 1_000_000, askedAt: START, attempts: 0 };
  for (const kind of ['saleorder', 'oughtreceive'] as const) {
    let isThere = false;
    const step = books.establish({ kind, call, answer: { when: 'now' }, known: undefined }, new AbortController().signal).finally(() => { isThere = true; });
    while (!isThere) {
      timeline.next()?.run();
      await Promise.resolve();
    }
    expect(await step).toMatchObject({ type: 'stands' });
  }
  return partner.documents.map((document) => document.amount);
}

describe('the simulated U8', () => {
  it('works a discounted line out from its price of six decimals, to the fen', async () => {
    expect(await booked(3, 400n, 200n)).toEqual([1_000n, 1_000n]);
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 9_999 }), fc.bigInt({ min: 1n, max: 1_000_000n }), fc.nat({ max: 1_000 }), async (quantity, unitPrice, share) => {
      const total = unitPrice * BigInt(quantity);
      const off = (total * BigInt(share)) / 1_000n;
      expect(await booked(quantity, unitPrice, off)).toEqual([total - off, total - off]);
    }));
  });
});
