import type { Position } from './broker.ts';
import { OffsetBook } from './offset-book.ts';

describe('telling the broker how far a group is', () => {
  it('stores one request at a time, and the furthest of what came meanwhile', async () => {
    const { book, stored } = made();
    await Promise.all([1n, 2n, 5n, 3n].map((offset) => book.note([at(offset)])));
    expect(stored).toEqual([[1n], [5n]]);
  });

  it('keeps quiet about partitions that others hold now', async () => {
    const { book, stored } = made({ held: [0] });
    await book.note([at(1n, 0), at(9n, 1)]);
    expect(stored).toEqual([[1n]]);
  });

  it('tries again what failed, unless it is further by then', async () => {
    const { book, stored } = made({ failures: 1 });
    const first = book.note([at(1n)]);
    await book.note([at(2n)]);
    await first;
    expect(stored).toEqual([[2n]]);
  });

  it('lets go of everyone who waits when it is closed', async () => {
    const { book, stored } = made({ failures: 1_000 });
    const waiting = book.note([at(1n)]);
    book.close();
    await waiting;
    expect(stored).toEqual([]);
  });
});

function made({ held = [0, 1], failures = 0 }: { readonly held?: readonly number[]; readonly failures?: number } = {}) {
  const stored: bigint[][] = [];
  let left = failures;
  const book = new OffsetBook(async (positions) => {
    await Promise.resolve();
    left -= 1;
    if (left >= 0) throw new Error('not now');
    stored.push(positions.map(({ offset }) => offset));
  }, ({ partition }) => held.includes(partition));
  return { book, stored };
}

function at(offset: bigint, partition = 0): Position {
  return { topic: 'orders', partition, offset };
}
