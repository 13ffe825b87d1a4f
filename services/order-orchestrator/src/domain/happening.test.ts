import type { AnyMessage } from '@order-mesh/contracts';
import { days, fen, hours, minutes, seconds } from '@order-mesh/kernel';
import { mesh, order, place, priced, told, untilManual } from '../../test/scene.ts';

const { held, locked, cancel, creditReleased, priceReleased } = told('o1');
const refused = (appealable: boolean): AnyMessage => ({ type: 'CreditRefused', value: { orderId: 'o1', reason: 'overdue', detail: '46 days', appealable, revision: 0, decisions: [], evidence: [] } });

describe('what is measured of an order', () => {
  it('tells how long each step took from its ask', async () => {
    const { hearsAt, happenings } = mesh();
    await hearsAt(seconds(0), place(order('o1')));
    await hearsAt(seconds(2), priced('o1'));
    await hearsAt(seconds(5), held);
    expect(happenings()).toEqual([
      { type: 'step', step: 'price', outcome: 'done', took: seconds(2) },
      { type: 'step', step: 'credit', outcome: 'done', took: seconds(3) },
    ]);
  });

  it('tells an order refused by rules, with the rule and all that was undone', async () => {
    const { hearsAt, happenings } = mesh();
    await hearsAt(0, place(order('o1')), priced('o1'));
    await hearsAt(seconds(4), refused(false));
    await hearsAt(seconds(9), priceReleased);
    expect(happenings().slice(1)).toEqual([
      { type: 'step', step: 'credit', outcome: 'refused', took: seconds(4) },
      { type: 'undo', step: 'price', outcome: 'undone' },
      { type: 'end', outcome: 'rejected', step: 'credit', reason: 'overdue', failed: false, took: seconds(9) },
    ]);
  });

  it('keeps the time that a person takes apart from that of the step', async () => {
    const { hearsAt, happenings } = mesh();
    await hearsAt(0, place(order('o1')), priced('o1'));
    await hearsAt(seconds(1), refused(true));
    const approvalId = 'o1/credit';
    const granted: AnyMessage = { type: 'ApprovalGranted', value: { orderId: 'o1', approvalId, subject: 'credit', decidedBy: '李娜', onBehalfOf: '', comment: 'ok', revision: 0 } };
    await hearsAt(hours(3), granted);
    await hearsAt(hours(3) + seconds(1), held);
    expect(happenings().slice(1)).toEqual([
      { type: 'step', step: 'credit', outcome: 'appealed', took: seconds(1) },
      { type: 'appeal', step: 'credit', outcome: 'granted', took: hours(3) - seconds(1) },
      { type: 'step', step: 'credit', outcome: 'done', took: seconds(1) },
    ]);
  });

  it('tells a step that did not answer within its 30 s, and an appeal that nobody decided', async () => {
    const slow = mesh();
    await slow.hearsAt(0, place(order('o1')), priced('o1'));
    await slow.waitsUntil(seconds(31));
    expect(slow.happenings().slice(1)).toEqual([{ type: 'step', step: 'credit', outcome: 'timed-out', took: seconds(31) }]);
    const { creditReleased: released } = told('o1');
    await slow.hearsAt(seconds(40), released, priceReleased);
    expect(slow.happenings().at(-1)).toMatchObject({ type: 'end', outcome: 'rejected', reason: 'timed-out', failed: true });
    const undecided = mesh();
    await undecided.hearsAt(0, place(order('o1')), priced('o1'), refused(true));
    await undecided.waitsUntil(days(19));
    expect(undecided.happenings().at(-1)).toMatchObject({ type: 'appeal', step: 'credit', outcome: 'timed-out' });
  });

  it('tells a step that was cancelled, and an undo that finally failed', async () => {
    const { hears, happenings } = mesh();
    await hears(...untilManual('o1'));
    expect(happenings().slice(3)).toEqual([
      { type: 'step', step: 'contract', outcome: 'cancelled', took: 0 },
      { type: 'undo', step: 'contract', outcome: 'failed' },
      { type: 'undo', step: 'stock', outcome: 'undone' },
      { type: 'undo', step: 'credit', outcome: 'undone' },
      { type: 'undo', step: 'price', outcome: 'undone' },
      { type: 'end', outcome: 'manual', step: 'contract', reason: 'signed', failed: true, took: 0 },
    ]);
  });

  it('does not call a step done that is asked otherwise', async () => {
    const { hearsAt, happenings } = mesh();
    await hearsAt(0, place(order('o1')), priced('o1'), held);
    await hearsAt(minutes(0) + seconds(8), place(order('o1', { amount: fen(2_000) })));
    expect(happenings().at(-1)).toEqual({ type: 'step', step: 'stock', outcome: 'amended', took: seconds(8) });
  });

  it('measures nothing of what changes nothing', async () => {
    const { hears, happenings } = mesh();
    await hears(place(order('o1')), priced('o1'), held, locked);
    const before = happenings().length;
    await hears(place(order('o1')), priced('o1'), held, creditReleased);
    expect(happenings()).toHaveLength(before);
    await hears(cancel);
    expect(happenings().length).toBe(before + 1);
  });
});
