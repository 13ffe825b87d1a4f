import { MeshError } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { grouped } from './grouped.ts';
import type { Submit } from './service.ts';

const UNIT: Unit = { tx: { kind: 'memory' }, now: 0, send: () => {}, afterCommit: () => {} };

/** A processor that begins its batches when told to, and may repeat or break them. */
function processor(before: (work: (unit: Unit) => Promise<unknown>) => Promise<unknown> = async () => {}) {
  const waiting: (() => void)[] = [];
  const submit: Submit = async (work) => {
    await new Promise<void>((resolve) => { waiting.push(resolve); });
    await before(work);
    return work(UNIT);
  };
  return { submit, batch: async () => { for (const begin of waiting.splice(0)) begin(); await new Promise(setImmediate); } };
}

function shouting(breaks: (words: readonly string[]) => boolean = () => false) {
  const groups: (readonly string[])[] = [];
  return {
    groups,
    shout: (words: readonly string[]): Promise<readonly string[]> => {
      groups.push(words);
      return breaks(words) ? Promise.reject(new Error('broken')) : Promise.resolve(words.map((word) => word.toUpperCase()));
    },
  };
}

describe('requests that are carried out together', () => {
  it('are what waits when the next batch begins, each with its own answer', async () => {
    const { submit, batch } = processor();
    const { groups, shout } = shouting();
    const ask = grouped(submit, shout);
    const all = ['a', 'b', 'c'].map(ask);
    await batch();
    expect(await Promise.all(all)).toEqual(['A', 'B', 'C']);
    expect(groups).toEqual([['a', 'b', 'c']]);
  });

  it('are the same again when their batch is repeated', async () => {
    const { submit, batch } = processor((work) => work(UNIT));
    const { groups, shout } = shouting();
    const first = grouped(submit, shout)('a');
    await batch();
    expect([await first, groups]).toEqual(['A', [['a'], ['a']]]);
  });

  it('fail alone when one of them is broken', async () => {
    const { submit, batch } = processor();
    const ask = grouped(submit, shouting((words) => words.includes('bad')).shout);
    const all = Promise.allSettled(['a', 'bad', 'c'].map(ask));
    await batch();
    await batch();
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('are 500 at most, and the rest after them', async () => {
    const { submit, batch } = processor();
    const { groups, shout } = shouting();
    const ask = grouped(submit, shout);
    const all = Array.from({ length: 1_100 }, (_, index) => ask(`k${index}`));
    for (let round = 0; round < 3; round += 1) await batch();
    await Promise.all(all);
    expect(groups.map(({ length }) => length)).toEqual([500, 500, 100]);
  });

  it('all hear it when nothing is taken', async () => {
    const overloaded = new MeshError('OVERLOADED', { advice: 'too much' });
    const ask = grouped(() => Promise.reject(overloaded), shouting().shout);
    expect(await Promise.allSettled([ask('a'), ask('b')])).toEqual([{ status: 'rejected', reason: overloaded }, { status: 'rejected', reason: overloaded }]);
  });
});
