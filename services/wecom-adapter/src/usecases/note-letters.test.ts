import { defaultPolicy } from '@order-mesh/contracts';
import { hours, seconds } from '@order-mesh/kernel';
import { memoryRuleBook } from '@order-mesh/rulebook';
import { alert as alertPoint } from '@order-mesh/rules';
import { NOON, TX } from '../../test/scene.ts';
import type { DeadLetter } from '../domain/alert.ts';
import { memoryAlertBook } from '../outbound/memory-books.ts';
import { noteLetters } from './note-letters.ts';

const letter = (id: number, at = NOON - hours(1)): DeadLetter => ({ id: String(id), service: 'credit', type: 'HoldCredit', orderId: `A${id}`, reason: 'truncated', at });
const named = (first: number, last: number): readonly string[] => Array.from({ length: last - first + 1 }, (_, index) => `letter/${first + index}`);

/** A file that letters come into, and whoever notes them. */
function file() {
  const alerts = memoryAlertBook();
  const filed: DeadLetter[] = [];
  let read = 0;
  let batches = 0;
  let now = NOON;
  const note = noteLetters({
    alerts, rules: memoryRuleBook({ points: [alertPoint], policy: defaultPolicy }), clock: { now: () => now }, submit: (work) => { batches += 1; return work({ tx: TX, now, send: () => {}, afterCommit: () => {} }); },
    letters: {
      async openAfter(id, { since, limit }) {
        const found = filed.filter((one) => BigInt(one.id) > BigInt(id ?? 0) && one.at >= since).sort((one, other) => Number(one.id) - Number(other.id)).slice(0, limit);
        read += found.length;
        return found;
      },
    },
  });
  return {
    file: (...letters: readonly DeadLetter[]) => { filed.push(...letters); },
    setNow: (at: number) => { now = at; },
    /** What is newly noted. */
    async note() {
      await note();
      return (await alerts.takeUntold(TX, now, 10_000)).map(({ key }) => key);
    },
    /** How many letters were read since the last time. */
    newlyRead: () => { const count = read; read = 0; return count; },
    batches: () => batches,
    place: () => alerts.lastLetter(),
  };
}

describe('dead letters', () => {
  it('are noted all, however many come at once, and read once', async () => {
    const { file: put, note, newlyRead } = file();
    put(...Array.from({ length: 450 }, (_, index) => letter(index + 1)));
    expect((await note()).sort()).toEqual([...named(1, 450)].sort());
    expect(newlyRead()).toBe(450);
    expect([await note(), newlyRead()]).toEqual([[], 0]);
    put(letter(451));
    expect([await note(), newlyRead()]).toEqual([named(451, 451), 1]);
  });

  it('are noted at once, each once, and those with a lower number that come a moment later, too', async () => {
    const { file: put, note, setNow, place, batches } = file();
    put(letter(1), letter(3, NOON - seconds(59)), letter(4));
    expect((await note()).sort()).toEqual(['letter/1', 'letter/3', 'letter/4']);
    put(letter(2));
    expect([await note(), await note(), await place(), batches()]).toEqual([named(2, 2), [], '2', 2]);
    setNow(NOON + seconds(1));
    expect([await note(), await place(), await note(), batches()]).toEqual([[], '4', [], 3]);
  });

  it('are noted all when more come at once than are read at once, though none is settled', async () => {
    const { file: put, note, place, setNow } = file();
    put(...Array.from({ length: 401 }, (_, index) => letter(index + 1, NOON)));
    expect([(await note()).length, await place(), await note()]).toEqual([401, null, []]);
    setNow(NOON + seconds(60));
    expect([await note(), await place()]).toEqual([[], '401']);
  });

  it('are history after a day', async () => {
    const { file: put, note } = file();
    put(letter(1, NOON - hours(25)), letter(2));
    expect(await note()).toEqual(named(2, 2));
  });
});
