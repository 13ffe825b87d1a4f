import fc from 'fast-check';
import { contracts, orderTopics } from '@order-mesh/contracts';
import { heard, messages, story, type Told } from '../../test/scene.ts';
import { entryOf, timelineOf } from './timeline.ts';

const shown = (...types: readonly Told[]) => timelineOf(story(...types).map(entryOf));

describe('a timeline', () => {
  it('tells each message in words, with its sender, step and topic', () => {
    expect(shown('OrderPlaced', 'HoldCredit', 'CreditHeld', 'OrderConfirmed').map(({ from, step, kind, topic, summary }) => [from, step, kind, topic, summary])).toEqual([
      ['crm-adapter', null, 'event', 'crm.events.v1', '海风商贸 ordered 1 line for 10.00 yuan, placed by salesforce'],
      ['order-orchestrator', 'credit', 'command', 'credit.commands.v1', 'asks credit to hold 10.00 yuan'],
      ['credit', 'credit', 'event', 'credit.events.v1', '10.00 yuan held; the customer owes 40.00 yuan of 90.00 yuan'],
      ['order-orchestrator', null, 'event', 'order.events.v1', 'confirmed: 10.00 yuan in the ERP as SO1'],
    ]);
  });

  it('counts what is sent again', () => {
    expect(shown('ReleaseStock', 'ReleaseCredit', 'ReleaseStock').map(({ type, attempt }) => [type, attempt])).toEqual([['ReleaseStock', 1], ['ReleaseCredit', 1], ['ReleaseStock', 2]]);
  });

  it('puts what happened in one instant in the order of the business, whatever order it came in', () => {
    const way: readonly Told[] = ['OrderPlaced', 'HoldCredit', 'CreditHeld', 'LockStock', 'StockLocked', 'SignContract', 'ContractSigned', 'PlanDelivery', 'DeliveryPlanned', 'BookOrder', 'OrderBooked', 'OrderConfirmed', 'OrderRecorded'];
    fc.assert(fc.property(fc.shuffledSubarray([...way], { minLength: way.length }), (mixed) => {
      expect(timelineOf(mixed.map((type) => entryOf(heard(type, { at: 7 })))).map(({ type }) => type)).toEqual(way);
    }));
  });

  it('has words for every message of an order', () => {
    for (const type of Object.keys(messages).filter((name): name is Told => name in messages)) {
      const [entry] = timelineOf([entryOf(heard(type))]);
      expect(entry?.summary).toMatch(/^\S.{3,}/u);
      expect(orderTopics).toContain(contracts[type].topic);
    }
  });

  it('keeps fen as text, counts lines, and masks what is personal', () => {
    const entry = entryOf(heard('PlanDelivery'));
    expect(entry.value).toEqual({ orderId: 'O1', customerId: 'C1', startedAt: 1_000, customerName: '海风商贸', lineCount: 1, shipTo: { contact: '周*', phone: '138****5678', region: '上海', city: '上海', street: '***' } });
    expect(entryOf(heard('OrderBooked')).value).toMatchObject({ amount: '1000' });
    expect(JSON.stringify(Object.keys(messages).map((type) => entryOf(heard(type as Told))))).not.toMatch(/13812345678|南京东路|周敏/);
  });

  it('takes a text that no database could hold, and a sentence without end', () => {
    const entry = entryOf(heard('OrderRejected', { id: 'a\0', value: { detail: `half \uD83D and \0 ${'x'.repeat(10_000)}` } }));
    expect(entry.summary).toHaveLength(500);
    expect(JSON.stringify(entry)).not.toMatch(/\\u0000|\\ud83d/i);
  });
});
