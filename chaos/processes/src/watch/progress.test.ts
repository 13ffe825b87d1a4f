import { setTimeout as pause } from 'node:timers/promises';
import { Progress } from './progress.ts';

const EVERY = 2;
const places = [{ participant: 'credit', topic: 'credit.commands', partition: 0, next: '7' }, { participant: 'pricing', topic: 'pricing.commands', partition: 0, next: '3' }];
const ends = async (topics: readonly string[]) => topics.map((topic) => ({ topic, partition: 0, offset: topic === 'credit.commands' ? 7n : 3n }));
const asked = (text: string): boolean => text.includes('next_offset as next');
const rowsOf = (answer: (text: string) => unknown) => ({ rows: async (text: string) => answer(text) as never });

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(1);
}

describe('how services go on', () => {
  it('is seen again with the first look that the database answers', async () => {
    let looks = 0;
    const askedFor: (readonly string[])[] = [];
    const looker = rowsOf((text) => (!asked(text) ? [] : ++looks === 3 ? null : places));
    const progress = new Progress({ looker, ends: (topics) => { askedFor.push(topics); return ends(topics); }, isReady: async () => true, every: EVERY });
    await until(() => looks > 5);
    await progress.stop();
    expect(askedFor.slice(1).every((topics) => topics.length === 2)).toBe(true);
  });

  it('is seen of all others while one of them does not answer', async () => {
    const answer = Promise.withResolvers<boolean>();
    const progress = new Progress({ looker: rowsOf((text) => (asked(text) ? places : [])), ends, isReady: (service) => (service === 'credit' ? answer.promise : Promise.resolve(true)), every: EVERY });
    const start = Date.now();
    await until(() => progress.readyAfter('pricing', start) !== null);
    expect([progress.idleAfter('credit', start), progress.readyAfter('credit', start)]).toEqual([expect.any(Number), null]);
    answer.resolve(true);
    await progress.stop();
    expect(progress.readyAfter('credit', start)).not.toBeNull();
  });

  it('is seen again soon after a question that Kafka never answers', async () => {
    let questions = 0;
    const progress = new Progress({ looker: rowsOf((text) => (asked(text) ? places : [])), ends: (topics) => (++questions === 3 ? new Promise(() => {}) : ends(topics)), isReady: async () => true, every: EVERY });
    await until(() => questions > 3);
    const start = Date.now();
    await until(() => progress.idleAfter('credit', start) !== null);
    await progress.stop();
  });

  it('is what the inbox tells, where a look came later', async () => {
    const progress = new Progress({ looker: rowsOf(() => []), ends, isReady: async () => false, every: EVERY });
    await progress.readInbox(rowsOf(() => [100, 110, 200].map((at) => ({ participant: 'credit', at: new Date(at) }))));
    expect([progress.after('credit', 0), progress.after('credit', 100), progress.after('credit', 200), progress.after('pricing', 0)]).toEqual([100, 110, null, null]);
    await progress.stop();
  });
});
