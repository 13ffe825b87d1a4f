import { hours, minutes } from '@order-mesh/kernel';
import { mesh, order, place, priced, told, untilManual } from '../../test/scene.ts';

const { assign, decide, voided, voidRefused, held, cancel } = told('o1');

describe('an order whose undo finally failed', () => {
  it('opens one case with its cause, its owner and its deadline', async () => {
    const { hears, sent, caseOf } = mesh();
    expect((await hears(...untilManual('o1'))).slice(-2)).toEqual(['OrderNeedsAttention', 'CaseOpened']);
    expect(sent.at(-1)).toEqual({ type: 'CaseOpened', value: {
      orderId: 'o1', opening: 1, kind: 'undo-failed', step: 'contract', reason: 'signed', detail: 'both parties have signed', owner: 'operations', at: 0, dueAt: hours(4),
    } });
    expect(await hears(voidRefused)).toEqual([]);
    expect(caseOf('o1')).toMatchObject({ status: 'open', opening: 1 });
  });

  it('is opened a case by a timer, too, when nobody answers', async () => {
    const { hears, waitsUntil, caseOf } = mesh();
    await hears(place(order('o1')), priced('o1'), held, cancel);
    let sent: readonly string[] = [];
    for (let tries = 1; !caseOf('o1'); tries += 1) sent = await waitsUntil(minutes(2) * tries);
    expect(sent).toEqual(['OrderNeedsAttention', 'CaseOpened']);
  });

  it('goes to its proper end when the undo is tried again, and the case is closed only then', async () => {
    const { hears, caseOf, state } = mesh();
    await hears(...untilManual('o1'));
    expect(await hears(decide('retry-undo'))).toEqual(['CaseDecided', 'VoidContract']);
    expect([caseOf('o1')?.status, (await state('o1'))?.status]).toEqual(['retrying', 'undoing']);
    expect(await hears(voided)).toEqual(['OrderCancelled', 'CaseClosed']);
    expect(caseOf('o1')).toMatchObject({ status: 'closed', outcome: 'cancelled', decision: { decision: 'retry-undo', by: '李娜' } });
  });

  it('has its case opened again when the undo fails again; who looks after it goes on', async () => {
    const { hears, hearsAt, caseOf } = mesh();
    await hears(...untilManual('o1'), assign);
    await hears(decide('retry-undo'));
    expect(await hearsAt(hours(1), voidRefused)).toEqual(['OrderNeedsAttention', 'CaseOpened']);
    expect(caseOf('o1')).toMatchObject({ status: 'open', opening: 2, assignee: '李娜', dueAt: hours(5) });
    expect(await hears(decide('retry-undo'), voided)).toEqual(['CaseDecided', 'VoidContract', 'OrderCancelled', 'CaseClosed']);
  });

  it('ends at once when it was undone by hand', async () => {
    const { hears, state } = mesh();
    await hears(...untilManual('o1'));
    expect(await hears(decide('undone-by-hand'))).toEqual(['CaseDecided', 'OrderCancelled', 'CaseClosed']);
    expect((await state('o1'))?.status).toBe('cancelled');
  });

  it('stays as it is when accepted, with who said so and why', async () => {
    const { hears, state, caseOf } = mesh();
    await hears(...untilManual('o1'));
    expect(await hears(decide('accept'))).toEqual(['CaseDecided', 'CaseClosed']);
    expect([(await state('o1'))?.status, caseOf('o1')?.outcome, caseOf('o1')?.decision?.note]).toEqual(['manual', 'accepted', 'both parties agree']);
  });

  it('is assigned to a person once, and decided once; everything else is told to change nothing', async () => {
    const { hears, sent } = mesh();
    expect(await hears(assign, decide('accept'))).toEqual(['CaseDecisionIgnored', 'CaseDecisionIgnored']);
    await hears(...untilManual('o1'));
    expect(await hears(assign, assign)).toEqual(['CaseAssigned']);
    expect(await hears(decide('give up'))).toEqual(['CaseDecisionIgnored']);
    expect(sent[0]).toMatchObject({ value: { reason: 'unknown-decision' } });
    await hears(decide('retry-undo'));
    expect(await hears(decide('accept'))).toEqual(['CaseDecisionIgnored']);
    expect(sent[0]).toMatchObject({ value: { reason: 'already-retrying' } });
  });
});

describe('an order that nothing moves', () => {
  const old = async (one: ReturnType<typeof mesh>): Promise<void> => {
    await one.hears(place(order('o1')));
    const kept = (await one.sagas.load({ kind: 'memory' }, ['o1'])).get('o1');
    // begun by a build whose definition this one does not have
    if (kept) await one.sagas.save({ kind: 'memory' }, [{ state: { ...kept.state, definition: 'order-to-cash@0' }, version: 2 }]);
  };

  it('is a case 15 minutes after its deadline, once, and no timer of others waits for it', async () => {
    const one = mesh();
    await old(one);
    await one.hears(place(order('o2')));
    expect(await one.waitsUntil(30_000)).toEqual(['ReleasePrice']);
    expect(await one.looksForStuck(30_000 + minutes(15) - 1)).toEqual([]);
    expect(await one.looksForStuck(30_000 + minutes(15))).toEqual(['CaseOpened']);
    expect(one.sent[0]).toMatchObject({ value: { orderId: 'o1', kind: 'stuck', step: 'price', reason: 'unknown-definition', detail: 'it follows order-to-cash@0, which this build does not know; start a build that does' } });
    await one.looksForStuck(hours(1));
    expect(one.caseOf('o1')?.opening).toBe(1);
  });

  it('has its case closed when it goes on after all', async () => {
    const one = mesh({ stuckAfterMinutes: 0 });
    await one.hears(place(order('o1')));
    expect(await one.looksForStuck(30_000)).toEqual(['CaseOpened']);
    await one.hearsAt(30_000, priced('o1'));
    expect(await one.looksForStuck(30_001)).toEqual(['CaseClosed']);
    expect(one.caseOf('o1')).toMatchObject({ status: 'closed', outcome: 'went-on' });
  });

  it('can be accepted, but not undone; it is not opened again for the same deadline', async () => {
    const one = mesh();
    await old(one);
    await one.looksForStuck(hours(1));
    expect(await one.hearsAt(hours(1), decide('retry-undo'))).toEqual(['CaseDecisionIgnored']);
    expect(await one.hearsAt(hours(1), decide('accept'))).toEqual(['CaseDecided', 'CaseClosed']);
    expect(await one.looksForStuck(hours(2))).toEqual([]);
  });

  it('that needed a person before there were cases gets one', async () => {
    const one = mesh();
    await one.sagas.save({ kind: 'memory' }, [{ version: 1, state: { status: 'manual', definition: 'order-to-cash@1', id: 'o9', facts: { order: order('o9') }, startedAt: 0, refusal: { step: 'contract', reason: 'x', detail: 'y' }, endedAt: 1 } }]);
    expect(await one.looksForStuck(5)).toEqual(['CaseOpened']);
    expect(await one.hears(told('o9').decide('undone-by-hand'))).toEqual(['CaseDecided', 'OrderRejected', 'CaseClosed']);
  });
});
