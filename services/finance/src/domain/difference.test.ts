import fc from 'fast-check';
import { agreeing, crm, period } from '../../test/books.ts';
import { NOON } from '../../test/scene.ts';
import type { Found } from './books.ts';
import { compareBooks } from './compare.ts';
import { accept, beginRepair, changedFrom, miss, REPAIR_WITHIN, see, type Difference, type Look } from './difference.ts';

const found = (change: Partial<Found> = {}): Found & { readonly differenceId: string } => {
  const [one] = compareBooks(agreeing({ crm: crm({ told: '' }) }), period).found;
  if (!one) throw new Error('nothing was found');
  return { ...one, differenceId: 'd1', ...change };
};
const look = (count: number, beganAt = NOON + count): Look => ({ id: `R${count}/1`, runId: `R${count}`, beganAt });
const seenIn = (...looks: readonly Look[]): Difference => {
  const last = looks.reduce<Difference | undefined>((known, one) => see(known, found(), one), undefined);
  if (!last) throw new Error('nothing was seen');
  return last;
};
const repairing = (): Difference => beginRepair(seenIn(look(1), look(2)), '李娜', NOON)?.difference ?? seenIn(look(1));

describe('the life of a difference', () => {
  it('counts when a second look sees it; the same look twice is one', () => {
    expect(seenIn(look(1))).toMatchObject({ status: 'suspected', version: 0, firstSeenAt: NOON + 1 });
    expect(seenIn(look(1), look(1))).toMatchObject({ status: 'suspected', version: 0 });
    expect(seenIn(look(1), look(2))).toMatchObject({ status: 'open', version: 1, firstSeenAt: NOON + 1, lastSeenAt: NOON + 2 });
  });

  it('was nothing when only one look has seen it, and has vanished when a look no longer does', () => {
    expect(miss(seenIn(look(1)), look(2))).toBeNull();
    expect(miss(seenIn(look(1), look(2)), look(3))).toMatchObject({ status: 'vanished', version: 2 });
  });

  it('is repaired only when a look no longer sees it, and open again when the repair has not helped in time', () => {
    expect(repairing()).toMatchObject({ status: 'repairing', decidedBy: '李娜', version: 2 });
    expect(miss(repairing(), look(3))).toMatchObject({ status: 'repaired', decidedBy: '李娜' });
    expect(see(repairing(), found(), look(3, NOON + REPAIR_WITHIN - 1)).status).toBe('repairing');
    expect(see(repairing(), found(), look(3, NOON + REPAIR_WITHIN))).toMatchObject({ status: 'open', decidedBy: null, note: 'the repair that 李娜 had made has not helped; look at the log of the adapter' });
  });

  it('begins no repair twice, none for a person, and none of what is not open', () => {
    expect(beginRepair(repairing(), '王芳', NOON)).toBeUndefined();
    expect(beginRepair(seenIn(look(1)), '王芳', NOON)).toBeUndefined();
    expect(beginRepair({ ...seenIn(look(1), look(2)), repair: { kind: 'by-hand', advice: 'x' } }, '王芳', NOON)).toBeUndefined();
  });

  it('stays accepted while it says the same, and is open again when it says something else', () => {
    const accepted = accept(seenIn(look(1), look(2)), { by: '李娜', reason: 'agreed', now: NOON });
    expect(accepted).toMatchObject({ status: 'accepted', note: 'agreed' });
    expect(see(accepted, found(), look(3))).toMatchObject({ status: 'accepted', note: 'agreed' });
    expect(see(accepted, found({ detail: 'worse' }), look(3))).toMatchObject({ status: 'open', note: 'it has changed since 李娜 accepted it' });
  });

  it('begins anew when it comes back', () => {
    const vanished = miss(seenIn(look(1), look(2)), look(3)) ?? undefined;
    const back = see(vanished, found(), look(4));
    expect(back).toMatchObject({ status: 'suspected', version: 2, firstSeenAt: NOON + 4 });
    expect(see(back, found(), look(5))).toMatchObject({ status: 'open', version: 3 });
    expect(miss(back, look(5))).toMatchObject({ status: 'vanished', version: 2 });
  });

  it('is told with what the repair would do', () => {
    expect(changedFrom(seenIn(look(1), look(2)), 'R2')).toMatchObject({
      differenceId: 'd1', runId: 'R2', class: 'crm-not-told', status: 'open', repair: 'tell-crm',
      repairSays: 'writes onto order O1 in the CRM that it was confirmed (at 2026-06-01T03:00:00.000Z, contract K1, waybill SF1, sales order SO1)',
    });
  });

  it('law: it is open only after two looks in a row have seen it, and never told under a number that was told before', () => {
    fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 12 }), (story) => {
      let known: Difference | undefined;
      let inARow = 0;
      let told = 0;
      story.forEach((isSeen, index) => {
        const before = known;
        known = isSeen ? see(known, found(), look(index)) : (known && miss(known, look(index))) ?? undefined;
        inARow = isSeen ? inARow + 1 : 0;
        if (known?.status === 'open') expect(inARow).toBeGreaterThanOrEqual(2);
        expect(known?.status === 'open').toBe(inARow >= 2);
        if (known && known.version !== before?.version && known.version > 0) {
          expect(known.version).toBeGreaterThan(told);
          told = known.version;
        }
      });
    }));
  });
});
