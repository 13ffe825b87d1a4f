import fc from 'fast-check';
import { heard, messages, placed, story, type Told } from '../../test/scene.ts';
import { itemOf } from './order-item.ts';
import { contentOf, project, unknownOrder, type Heard, type OrderView } from './order-view.ts';
import { phaseOf, phases } from './phase.ts';

const digest = (text: string): string => text;
const after = (all: readonly Heard[]): OrderView => all.reduce((view, message) => project(view, message, digest), unknownOrder('O1'));
const item = (...types: readonly Told[]) => itemOf(after(story(...types)));

const types = Object.keys(messages).filter((name): name is Told => name in messages);

/** Many messages in few instants, so that the id often has to decide; two placements may differ. */
const anyMessage = fc.record({ type: fc.constantFrom(...types), at: fc.integer({ min: 0, max: 3 }), serial: fc.integer({ min: 0, max: 2 }) }).map(({ type, at, serial }) => (
  heard(type, { at, id: `${type}-${at}-${serial}`, ...('reason' in messages[type] && { value: { reason: `because-${serial}` } }), ...(type === 'OrderPlaced' && { value: { customerId: `C${serial}` } }) })));

describe('the view of an order', () => {
  it('is the same in whatever order its messages come', () => {
    fc.assert(fc.property(fc.uniqueArray(anyMessage, { selector: ({ id }) => id, maxLength: 20 }).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([all, shuffled]) => {
      expect(after(shuffled)).toEqual(after(all));
    }), { numRuns: 1_000 });
  });

  it('is the same however often they come', () => {
    fc.assert(fc.property(fc.array(anyMessage, { maxLength: 15 }), fc.array(fc.nat(), { maxLength: 15 }), (all, again) => {
      const repeated = [...all, ...again.flatMap((index) => all[index % Math.max(all.length, 1)] ?? [])];
      expect(after(repeated)).toEqual(after(all));
    }), { numRuns: 1_000 });
  });

  it('never goes back from an end to a step, whatever was sent before it', () => {
    fc.assert(fc.property(fc.array(anyMessage, { maxLength: 20 }), (before) => {
      const ended = after([heard('OrderRejected', { at: 99 }), heard('OrderPlaced'), ...before]);
      expect(itemOf(ended)).toMatchObject({ status: 'rejected', step: 'logistics', reason: 'no-route', endedAt: new Date(6_000).toISOString() });
    }));
  });

  it('names each step while it is asked, on the way there and back', () => {
    const way: readonly Told[] = ['OrderPlaced', 'HoldCredit', 'RequestApproval', 'LockStock', 'SignContract', 'PlanDelivery', 'BookOrder', 'UnbookOrder', 'CancelDelivery', 'VoidContract', 'ReleaseStock', 'ReleaseCredit'];
    expect(way.map((_, index) => item(...way.slice(0, index + 1))).map((one) => `${one?.status} ${one?.step}`)).toEqual([
      'running null', 'running credit', 'running waiting-for-approval', 'running stock', 'running contract', 'running logistics', 'running finance',
      'undoing finance', 'undoing logistics', 'undoing contract', 'undoing stock', 'undoing credit',
    ]);
  });

  it('is asked for credit again once a person has overturned the refusal', () => {
    const again = heard('HoldCredit', { at: 9_000, value: { approvalId: 'O1:credit' } });
    expect(phases.get(phaseOf(again))).toEqual({ status: 'running', step: 'credit' });
    expect(itemOf(after([...story('OrderPlaced', 'HoldCredit', 'CreditRefused', 'RequestApproval'), again]))).toMatchObject({ step: 'credit', reason: null });
  });

  it('says why it waits for a person', () => {
    expect(item('OrderPlaced', 'HoldCredit', 'CreditRefused', 'RequestApproval')).toMatchObject({ status: 'running', step: 'waiting-for-approval', reason: 'overdue', detail: '46 days overdue' });
  });

  it('says why it goes back', () => {
    expect(item('OrderPlaced', 'PlanDelivery', 'DeliveryRefused', 'VoidContract')).toMatchObject({ status: 'undoing', step: 'contract', reason: 'no-route' });
    expect(item('OrderPlaced', 'LockStock', 'CancelRequested', 'ReleaseStock')).toMatchObject({ status: 'undoing', reason: 'cancel-requested', detail: '王芳: ordered twice' });
  });

  it('takes 3.7 s from placed at 1.0 s to confirmed at 4.7 s', () => {
    expect(item('OrderPlaced', 'OrderConfirmed')).toEqual({
      orderId: 'O1', source: 'salesforce', externalId: 'SF-1', customerId: 'C1', customerName: '海风商贸', region: '华东', amountFen: '1000',
      status: 'confirmed', step: null, reason: null, detail: null, placedAt: '1970-01-01T00:00:01.000Z', updatedAt: '1970-01-01T00:00:02.001Z',
      endedAt: '1970-01-01T00:00:04.700Z', leadTimeMs: 3_700,
    });
  });

  it('shows an order that was turned away, without an amount', () => {
    expect(item('OrderUnacceptable', 'OrderRejected')).toMatchObject({ status: 'rejected', customerId: '', amountFen: null });
  });

  it('shows nothing of an order of which nobody has told what was ordered', () => {
    expect(item('CancelRequested', 'CancelRefused')).toBeNull();
  });

  it('keeps telephone, street and name of the contact from everybody', () => {
    expect(after(story('OrderPlaced')).placement?.goods?.shipTo).toEqual({ contact: '周*', phone: '138****5678', region: '上海', city: '上海', street: '***' });
  });

  it('survives instants that no calendar shows', () => {
    for (const at of [NaN, Infinity, -1, 9e15]) expect(itemOf(after([heard('OrderPlaced', { at, value: { placedAt: at } }), heard('OrderConfirmed', { at, value: { confirmedAt: at } })]))?.status).toBe('confirmed');
  });
});

describe('the content of an order', () => {
  it('differs with customer, place, product, count and price, and with nothing else', () => {
    const content = contentOf(placed());
    expect(contentOf(placed({ customerName: 'x', region: 'x', placedAt: 9, source: 'x' }))).toBe(content);
    const [line] = placed().lines;
    const changed = [placed({ customerId: 'C2' }), placed({ shipTo: { ...placed().shipTo, city: '北京' } }), ...(line ? [{ ...line, quantity: 3 }, { ...line, sku: 'P2' }].map((one) => placed({ lines: [one] })) : [])];
    for (const one of changed) expect(contentOf(one)).not.toBe(content);
  });
});
