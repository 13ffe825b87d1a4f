import type { Level, Shelf } from './level.ts';
import { promiseStock, type ShelfOf } from './promise.ts';

const level = (sku: string, warehouse: string, onHand: number, reserved = 0): Level =>
  ({ sku, warehouse, onHand, reserved, safetyStock: 0, suggested: false, changedAt: 0 });

const stock = (...levels: readonly Level[]): ShelfOf => {
  const shelves = new Map<string, Shelf>();
  for (const one of levels) shelves.set(one.sku, { sku: one.sku, levels: [...(shelves.get(one.sku)?.levels ?? []), one] });
  return (sku) => shelves.get(sku);
};

const promised = (...lines: readonly (readonly [string, string, number])[]) =>
  ({ type: 'promised', lines: lines.map(([sku, warehouse, quantity]) => ({ sku, warehouse, quantity })) });

describe('promising stock', () => {
  it('promises the last unit, and not one more', () => {
    const shelfOf = stock(level('PEN', 'W1', 10, 3));
    expect(promiseStock([{ sku: 'PEN', quantity: 7 }], shelfOf)).toEqual(promised(['PEN', 'W1', 7]));
    expect(promiseStock([{ sku: 'PEN', quantity: 8 }], shelfOf)).toEqual({
      type: 'refused', refusal: { reason: 'out-of-stock', detail: 'not enough free stock: PEN is 1 short (8 asked, 7 free)' },
    });
  });

  it('adds up the same product on several lines', () => {
    const lines = [{ sku: 'PEN', quantity: 4 }, { sku: 'INK', quantity: 1 }, { sku: 'PEN', quantity: 4 }];
    expect(promiseStock(lines, stock(level('PEN', 'W1', 8), level('INK', 'W1', 1)))).toEqual(promised(['PEN', 'W1', 8], ['INK', 'W1', 1]));
    expect(promiseStock(lines, stock(level('PEN', 'W1', 7), level('INK', 'W1', 1)))).toMatchObject({ refusal: { reason: 'out-of-stock' } });
  });

  it('takes a line from one warehouse where one has it all, the first that does', () => {
    expect(promiseStock([{ sku: 'PEN', quantity: 5 }], stock(level('PEN', 'W1', 5), level('PEN', 'W2', 9)))).toEqual(promised(['PEN', 'W1', 5]));
    expect(promiseStock([{ sku: 'PEN', quantity: 5 }], stock(level('PEN', 'W1', 4), level('PEN', 'W2', 6)))).toEqual(promised(['PEN', 'W2', 5]));
  });

  it('else from as few as possible, the fullest first', () => {
    const shelfOf = stock(level('PEN', 'W1', 2), level('PEN', 'W2', 6), level('PEN', 'W3', 3));
    expect(promiseStock([{ sku: 'PEN', quantity: 8 }], shelfOf)).toEqual(promised(['PEN', 'W2', 6], ['PEN', 'W3', 2]));
  });

  it('does not let a warehouse that is oversold eat what another one has', () => {
    const shelfOf = stock(level('PEN', 'W1', 0, 5), level('PEN', 'W2', 6));
    expect(promiseStock([{ sku: 'PEN', quantity: 6 }], shelfOf)).toEqual(promised(['PEN', 'W2', 6]));
  });

  it('names every shortage in words', () => {
    const shelfOf = stock(level('PEN', 'W1', 1), level('INK', 'W1', 0));
    expect(promiseStock([{ sku: 'PEN', quantity: 3 }, { sku: 'INK', quantity: 2 }], shelfOf)).toMatchObject({
      refusal: { detail: 'not enough free stock: PEN is 2 short (3 asked, 1 free); INK is 2 short (2 asked, 0 free)' },
    });
  });

  it('names the products nobody keeps first, five of them', () => {
    const lines = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'PEN'].map((sku) => ({ sku, quantity: 1 }));
    expect(promiseStock(lines, stock(level('PEN', 'W1', 0)))).toEqual({
      type: 'refused', refusal: { reason: 'unknown-sku', detail: 'no stock is kept: A; B; C; D; E and 2 more' },
    });
  });

  it('refuses quantities that would make stock out of nothing', () => {
    const shelfOf = stock(level('PEN', 'W1', 10));
    for (const quantity of [0, -3, 1.5]) {
      expect(promiseStock([{ sku: 'PEN', quantity }], shelfOf)).toEqual({
        type: 'refused', refusal: { reason: 'bad-quantity', detail: `whole units above zero are needed: ${quantity} of PEN` },
      });
    }
    expect(promiseStock([], shelfOf)).toMatchObject({ refusal: { reason: 'bad-quantity' } });
  });
});
