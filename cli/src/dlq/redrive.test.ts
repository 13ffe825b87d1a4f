import { MeshError } from '@order-mesh/kernel';
import type { Letter, LetterDesk, LetterStatus } from '../gateway/dead-letters.ts';
import { redrivenLines } from '../show/dead-letters.ts';
import { allLetters, redrive } from './redrive.ts';

const letter = (id: string, changes: Partial<Letter> = {}): Letter => ({
  id, status: 'open', service: 'credit', topic: 't', partition: 0, offset: id, key: 'k', orderId: null, class: 'undecodable', reason: 'truncated', detail: 'it ends too early', advice: '',
  attempts: 1, at: '2026-03-01T00:00:00Z', sizeBytes: 1, type: null, from: null, originalId: 'm', original: `t/0/${id}`, edited: false, parentId: null, decidedBy: null, decidedAt: null,
  note: null, settledAt: null, ...changes,
});

/** A desk whose service makes of each replay what the table says. */
function desk(ends: Readonly<Record<string, LetterStatus>>): LetterDesk & { readonly sentAt: number[] } {
  const letters = new Map(Object.keys(ends).map((id) => [id, letter(id)]));
  const sentAt: number[] = [];
  const known = (id: string): Letter => letters.get(id) ?? letter(id);
  const unused = (): never => { throw new Error('not asked for'); };
  return {
    sentAt, edit: unused, drop: unused,
    list: async ({ status, limit = 50, cursor }) => {
      const fit = [...letters.values()].filter((one) => status === undefined || one.status === status).reverse();
      const from = cursor === undefined ? 0 : Number(cursor);
      return { items: fit.slice(from, from + limit), nextCursor: fit.length > from + limit ? String(from + limit) : null };
    },
    show: async (id) => ({ ...known(id), headers: {}, message: null, rawBase64: null, lineage: [known(id), letter('99', { parentId: id })], elsewhere: [] }),
    replay: async (id) => {
      if (known(id).status !== 'open' || ends[id] === 'dropped') throw new MeshError('BAD_REQUEST', { advice: `letter ${id} was dropped by 李娜: no` });
      sentAt.push(performance.now());
      letters.set(id, letter(id, { status: ends[id] ?? 'open' }));
      return known(id);
    },
  };
}

const wish = { note: '', perSecond: 1_000, waitMs: 300 };

describe('sending letters again', () => {
  it('tells what became of each, and calls settled only what its service has taken', async () => {
    const found = desk({ 1: 'settled', 2: 'failed-again', 3: 'replaying', 4: 'dropped' });
    const redriven = await redrive(found, await allLetters(found, { status: 'open' }), wish);
    expect(redriven).toEqual({
      settled: ['1'], failedAgain: [{ id: '2', next: '99', detail: 'it ends too early' }], waiting: ['3'], skipped: [{ id: '4', why: 'letter 4 was dropped by 李娜: no' }],
    });
    expect(redrivenLines(redriven)[0]).toBe('1 settled, 1 failed again, 1 still waiting, 1 not sent');
  });

  it('is no faster than asked: 5 letters at 20 a second take at least 150 ms', async () => {
    const found = desk(Object.fromEntries(Array.from({ length: 5 }, (_, index) => [String(index + 1), 'settled'])));
    await redrive(found, await allLetters(found, {}), { ...wish, perSecond: 20 });
    const [first = 0] = found.sentAt;
    expect((found.sentAt.at(-1) ?? 0) - first).toBeGreaterThan(150);
  });

  it('ends when interrupted, and says what was not sent', async () => {
    const found = desk({ 1: 'settled', 2: 'settled' });
    const ending = new AbortController();
    const redriven = await redrive(found, await allLetters(found, {}), { ...wish, signal: ending.signal, onProgress: () => { ending.abort(); } });
    expect([redriven.settled, redriven.skipped]).toEqual([['1'], [{ id: '2', why: 'interrupted before it was sent' }]]);
  });

  it('finds all there are, oldest first, over many pages', async () => {
    const found = desk(Object.fromEntries(Array.from({ length: 450 }, (_, index) => [String(index + 1), 'settled'])));
    const all = await allLetters(found, {});
    expect([all.length, all[0]?.id, all.at(-1)?.id]).toEqual([450, '1', '450']);
  });
});
