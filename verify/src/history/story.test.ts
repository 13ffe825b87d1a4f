import type { Received } from '@order-mesh/messaging';
import { steps, stepsByDefinition, undoing } from './steps.ts';
import { addTo, newStory } from './story.ts';

const message = (type: 'ReleaseCredit' | 'ReleaseStock', id: string): Received => ({ type, value: { orderId: 'O1' }, id, key: 'O1', at: 0, trace: {} });
const bytes = (text: string): Buffer => Buffer.from(text);

describe('the story of an order', () => {
  it('has each message once, in the order of its topic, however often it was published', () => {
    const story = newStory('O1');
    expect(addTo(story, message('ReleaseStock', 'a'), bytes('1'))).toBe(true);
    expect(addTo(story, message('ReleaseCredit', 'b'), bytes('2'))).toBe(true);
    expect(addTo(story, message('ReleaseStock', 'a'), bytes('1'))).toBe(false);
    expect(story.types).toEqual(['ReleaseStock', 'ReleaseCredit']);
    expect(story.undoing).toEqual([{ type: 'ReleaseStock', id: 'a', revision: 0 }, { type: 'ReleaseCredit', id: 'b', revision: 0 }]);
    expect(story.faults).toEqual([]);
  });

  it('notes a message that says something else the second time', () => {
    const story = newStory('O1');
    addTo(story, message('ReleaseStock', 'a'), bytes('1'));
    addTo(story, message('ReleaseStock', 'a'), bytes('other'));
    expect(story.faults).toEqual([{ invariant: 'I7', problem: 'message a (ReleaseStock) was sent twice with different contents' }]);
  });
});

it('knows the steps, their undos and answers from the definition the mesh runs by', () => {
  expect(steps.map(({ name, ask, undo }) => `${name}: ${ask}, ${undo}`)).toEqual([
    'price: PriceOrder, ReleasePrice', 'credit: HoldCredit, ReleaseCredit', 'stock: LockStock, ReleaseStock', 'contract: SignContract, VoidContract', 'logistics: PlanDelivery, CancelDelivery', 'finance: BookOrder, UnbookOrder',
  ]);
  expect([...stepsByDefinition].map(([definition, all]) => `${definition}: ${all.map(({ name }) => name).join()}`)).toEqual(['order-to-cash@2: price,credit,stock,contract,logistics,finance', 'order-to-cash@1: credit,stock,contract,logistics,finance']);
  expect(undoing.has('VoidRefused')).toBe(true);
  expect(undoing.has('ContractSigned')).toBe(false);
});
