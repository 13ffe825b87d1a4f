import { descent } from '@order-mesh/messaging';
import { newStory, type Story } from './story.ts';
import { outOfOrder } from './undo-order.ts';

const follows = (id: string, type: string): string =>
  descent({ id, trace: { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00` } }, { participant: 'order-orchestrator', type, index: 0 }).id;

const undoes = (type: 'CancelDelivery' | 'DeliveryCancelled' | 'VoidContract' | 'ContractVoided', id: string, revision = 0) => ({ type, id, revision });

function storyOf(...undoing: readonly ReturnType<typeof undoes>[]): Story {
  const story = newStory('O1');
  for (const one of undoing) {
    story.types.push(one.type);
    story.undoing.push(one);
  }
  return story;
}

const cancelled = [undoes('CancelDelivery', 'c'), undoes('DeliveryCancelled', 'd')];
const TOO_SOON = ['contract was undone (VoidContract) before the answer about logistics (DeliveryCancelled) had come'];

describe('the order of undos', () => {
  it('is proved by what follows from what', () => {
    expect(outOfOrder(storyOf(...cancelled, undoes('VoidContract', follows('d', 'VoidContract'))), 9)).toEqual([]);
    expect(outOfOrder(storyOf(...cancelled, undoes('VoidContract', follows('timer/O1/4', 'VoidContract'))), 9)).toEqual([]);
    expect(outOfOrder(storyOf(...cancelled, undoes('VoidContract', follows('c', 'VoidContract'))), 9)).toEqual(TOO_SOON);
  });

  it('does not count a contract that was exchanged because the order was amended', () => {
    const exchanged = [undoes('VoidContract', follows('amended', 'VoidContract'), 0), undoes('ContractVoided', 'v')];
    expect(outOfOrder(storyOf(...exchanged, ...cancelled, undoes('VoidContract', follows('d', 'VoidContract'), 1)), 9)).toEqual([]);
    expect(outOfOrder(storyOf(...exchanged, ...cancelled, undoes('VoidContract', follows('c', 'VoidContract'), 1)), 9)).toEqual(TOO_SOON);
  });
});
