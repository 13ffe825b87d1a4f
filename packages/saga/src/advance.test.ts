import { fen, hours, minutes, seconds } from '@order-mesh/kernel';
import { advance, slaTable, story, toMermaid, type SagaState } from './index.ts';
import { example, placed } from './example.fixture.ts';

const creditHeld = { orderId: 'o1', customerId: 'C1', amount: fen(1_000), exposure: fen(1_000), limit: fen(9_000), revision: 0, decisions: [] };
const stockLocked = { orderId: 'o1', locks: [], revision: 0 };
const planned = { orderId: 'o1', carrier: 'SF', waybill: 'SF1', decisions: [] };
const id = { orderId: 'o1' };
const no = { orderId: 'o1', reason: 'out-of-stock', detail: '2 PCS of P1 wanted, 0 free', decisions: [], evidence: [] };
const overdue = { orderId: 'o1', reason: 'overdue', detail: '46 days', appealable: true, revision: 0, decisions: [], evidence: [] };
const granted = { orderId: 'o1', approvalId: 'o1:credit', decidedBy: '李经理', onBehalfOf: '', comment: '', revision: 0, subject: 'credit' };

const begun = story(example).begins(placed).sends('HoldCredit');
const atStock = begun.hears('CreditHeld', creditHeld).sends('LockStock');
const atLogistics = atStock.hears('StockLocked', stockLocked).sends('PlanDelivery');

describe('the saga machine', () => {
  it('goes from step to step and confirms', () => {
    atLogistics.hears('DeliveryPlanned', planned).sends('OrderConfirmed').ends('confirmed');
  });

  it('undoes the steps before a refusal, last first, and not the refused one', () => {
    atLogistics.hears('DeliveryRefused', no).sends('ReleaseStock')
      .hears('StockReleased', id).sends('ReleaseCredit')
      .hears('CreditReleased', id).sends('OrderRejected').ends('rejected');
  });

  it('undoes the step in progress too when it does not answer in time', () => {
    atLogistics.waits(hours(2)).sends('CancelDelivery')
      .hears('DeliveryCancelled', id).sends('ReleaseStock').hears('StockReleased', id).sends('ReleaseCredit')
      .hears('CreditReleased', id).sends('OrderRejected');
  });

  it('undoes the step in progress too when the order is cancelled', () => {
    atStock.cancelled('changed my mind').sends('ReleaseStock')
      .hears('StockLocked', stockLocked).sends().remarks('ignored')
      .hears('StockReleased', id).sends('ReleaseCredit').hears('CreditReleased', id).sends('OrderCancelled').ends('cancelled');
  });

  it('rejects at once when the first step refuses', () => {
    begun.hears('CreditRefused', { ...no, appealable: false, revision: 0 }).sends('OrderRejected').ends('rejected');
  });

  it('changes nothing when it hears an answer twice', () => {
    atStock.hears('CreditHeld', creditHeld).sends().remarks('ignored');
    atStock.begins(placed).sends().remarks('already-begun');
  });

  it('does not time out early', () => {
    begun.waits(seconds(30) - 1).sends().ends('running').waits(1).sends('ReleaseCredit');
  });

  it('is not cancelled after it was confirmed', () => {
    atLogistics.hears('DeliveryPlanned', planned).cancelled('too late').sends().remarks('too-late').ends('confirmed');
  });
});

describe('what a person decides about an undo that failed', () => {
  const kept = { orderId: 'o1', reason: 'on-its-way', detail: 'the lorry has left' };
  const manual = atLogistics.cancelled('changed my mind').sends('CancelDelivery').hears('CancelDeliveryRefused', kept)
    .hears('StockReleased', id).hears('CreditReleased', id).sends('OrderNeedsAttention').ends('manual');

  it('has it tried again, and the order ends as it should have', () => {
    manual.decided('undoAgain').sends('CancelDelivery').ends('undoing').hears('DeliveryCancelled', id).sends('OrderCancelled').ends('cancelled');
  });

  it('leads back to the person when it fails again', () => {
    manual.decided('undoAgain').hears('CancelDeliveryRefused', kept).sends('OrderNeedsAttention').ends('manual').decided('undoAgain').sends('CancelDelivery');
  });

  it('ends the order when it was undone by hand', () => {
    manual.decided('undoneByHand').sends('OrderCancelled').ends('cancelled').decided('undoneByHand').sends().remarks('ignored');
  });

  it('means nothing while the order is under way', () => {
    atStock.decided('undoAgain').sends().remarks('ignored').decided('undoneByHand').remarks('ignored').ends('running');
  });

  it('works for an order that an older build left behind', () => {
    const old: SagaState = { status: 'manual', definition: 'example@1', id: 'o1', facts: { order: placed }, startedAt: 0, refusal: { step: 'stock', reason: 'x', detail: 'y' }, endedAt: 1 };
    expect(advance(example, old, { type: 'undoAgain' }, 5)).toMatchObject({ state: { status: 'undoing', left: ['stock'] }, sends: [{ type: 'ReleaseStock' }] });
    expect(advance(example, old, { type: 'undoneByHand' }, 5)).toMatchObject({ state: { status: 'rejected' }, sends: [{ type: 'OrderRejected' }] });
  });
});

describe('an appeal', () => {
  const appealed = begun.hears('CreditRefused', overdue).sends('RequestApproval');

  it('asks the step again with the approval when a person overturns the refusal', () => {
    appealed.hears('ApprovalGranted', granted).sends('HoldCredit').hears('CreditHeld', creditHeld).sends('LockStock');
  });

  it('lets the refusal stand when the person denies', () => {
    appealed.hears('ApprovalDenied', { ...no, approvalId: 'o1:credit', revision: 0, subject: 'credit', decidedBy: '李经理' }).sends('OrderRejected');
  });

  it('is withdrawn when the order is cancelled or nobody decides', () => {
    appealed.cancelled('no more').sends('WithdrawApproval', 'ReleaseCredit').hears('CreditReleased', id).sends('OrderCancelled');
    appealed.waits(hours(25)).sends('WithdrawApproval', 'ReleaseCredit').hears('CreditReleased', id).sends('OrderRejected');
  });
});

describe('an undo', () => {
  const undoing = atStock.cancelled('no').sends('ReleaseStock');

  it('is asked again while unanswered, then becomes a case for a person, and the rest is still undone', () => {
    undoing.waits(minutes(1)).sends('ReleaseStock').waits(minutes(1)).sends('ReleaseStock')
      .waits(minutes(1)).sends('ReleaseCredit').hears('CreditReleased', id).sends('OrderNeedsAttention').ends('manual');
  });

  it('that is refused becomes a case at once', () => {
    atLogistics.cancelled('no').sends('CancelDelivery').hears('CancelDeliveryRefused', no).sends('ReleaseStock')
      .hears('StockReleased', id).hears('CreditReleased', id).sends('OrderNeedsAttention');
  });
});

describe('a definition', () => {
  it('prints itself as a picture and as promises', () => {
    expect(toMermaid(example)).toContain('credit -.->|CreditRefused| rejected');
    expect(slaTable(example)).toContain('| credit | HoldCredit | ReleaseCredit | 30 s | RequestApproval, 25 h |');
  });
});
