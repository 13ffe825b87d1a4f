import type { MessageStore, Progress } from '../store.ts';
import { ProgressBook } from './progress.ts';

const row = (participant: string, nextOffset: bigint): Progress => ({ participant, topic: 't', partition: 0, nextOffset });
const at = (offset: bigint) => ({ topic: 't', partition: 0, offset });

async function book(...rows: readonly Progress[]): Promise<ProgressBook> {
  const store = { loadProgress: async () => rows } as unknown as MessageStore;
  const made = new ProgressBook(store, rows.map(({ participant }) => participant));
  await made.reload();
  return made;
}

describe('how far a group is', () => {
  it('is where the slowest participant is', async () => {
    expect((await book(row('credit', 7n), row('gateway', 4n))).positions()).toEqual([at(4n)]);
  });

  it('stores only what there was work with', async () => {
    const progress = await book(row('credit', 4n));
    const draft = progress.draft();
    expect([draft.advance('credit', at(4n), true), draft.advance('credit', at(3n), false)]).toEqual([false, false]);
    expect(draft.moves()).toEqual([]);
    progress.settle(draft);
    expect(progress.positions()).toEqual([at(5n)]);
    const next = progress.draft();
    expect(next.advance('credit', at(5n), false)).toBe(true);
    expect(next.moves()).toEqual([{ ...row('credit', 6n), expected: 4n }]);
  });

  it('goes on behind what was passed over, once it gets there', async () => {
    const progress = await book(row('credit', 4n), row('gateway', 4n));
    progress.pass([{ topic: 't', partition: 0, from: 5n, to: 8n }, { topic: 't', partition: 0, from: 8n, to: 9n }]);
    expect(progress.positions()).toEqual([at(4n)]);
    const draft = progress.draft();
    draft.advance('credit', at(4n), false);
    progress.settle(draft);
    expect(progress.positions()).toEqual([at(4n)]);
    const other = progress.draft();
    other.advance('gateway', at(4n), false);
    progress.settle(other);
    expect(progress.positions()).toEqual([at(9n)]);
    progress.pass([{ topic: 't', partition: 0, from: 9n, to: 12n }]);
    expect(progress.positions()).toEqual([at(12n)]);
  });

  it('never goes back behind where the group stood when the partition came', async () => {
    const progress = await book(row('credit', 4n));
    progress.startAt([at(30n)]);
    expect(progress.positions()).toEqual([at(30n)]);
    await progress.reload();
    expect(progress.positions()).toEqual([at(30n)]);
    expect(progress.draft().advance('credit', at(29n), false)).toBe(false);
  });
});
