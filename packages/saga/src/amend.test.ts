import { fen, hours } from '@order-mesh/kernel';
import { story, type Saga } from './index.ts';
import { example, placed } from './example.fixture.ts';

const credit = (revision: number) => ({ orderId: 'o1', customerId: 'C1', amount: fen(1_000), exposure: fen(1_000), limit: fen(9_000), revision, decisions: [] });
const locked = (revision: number) => ({ orderId: 'o1', locks: [], revision });
const planned = { orderId: 'o1', carrier: 'SF', waybill: 'SF1', decisions: [] };
const short = (revision: number) => ({ orderId: 'o1', reason: 'out-of-stock', detail: '1 short', revision });
const overdue = { orderId: 'o1', reason: 'overdue', detail: '46 days', appealable: true, revision: 0, decisions: [], evidence: [] };
const id = { orderId: 'o1' };
const no = { orderId: 'o1', reason: 'collected', detail: 'it is on its way', decisions: [], evidence: [] };

const [line] = placed.lines;
const larger = { ...placed, amount: fen(1_500), lines: [{ ...line!, quantity: 3, amount: fen(1_500) }] };
const smaller = { ...placed, amount: fen(500), lines: [{ ...line!, quantity: 1, amount: fen(500) }] };
const elsewhere = { ...placed, shipTo: { ...placed.shipTo, street: '人民路 2 号' } };

/** The second step is asked for what the first one answered. */
const priced: Saga = {
  ...example,
  steps: example.steps.map((step) => (step.name === 'stock' ? { ...step, with: ({ credit: held, revision }) => ({ amount: Object(held).amount, revision }) } : step)),
};
/** The step whose refusal is appealed comes second. */
const appealing: Saga = { ...example, steps: ['stock', 'credit', 'logistics'].flatMap((name) => example.steps.filter((step) => step.name === name)) };
const granted = (revision: number) => ({ orderId: 'o1', approvalId: 'a1', decidedBy: '李经理', onBehalfOf: '', comment: '', revision, subject: 'credit' });

const begun = story(example).begins(placed).sends('HoldCredit');
const atStock = begun.hears('CreditHeld', credit(0)).sends('LockStock');
const atLogistics = atStock.hears('StockLocked', locked(0)).sends('PlanDelivery');

describe('an order that is amended', () => {
  it('asks the step in progress again, and takes no answer to the ask before', () => {
    begun.amended(larger).sends('HoldCredit')
      .hears('CreditHeld', credit(0)).sends().remarks('ignored')
      .hears('CreditHeld', credit(1)).sends('OrderAmended', 'LockStock').hears('StockLocked', locked(1)).sends('PlanDelivery');
  });

  it('asks the steps that are done first, and is amended once they agree', () => {
    atStock.amended(larger).sends('HoldCredit')
      .hears('StockLocked', locked(0)).sends().remarks('ignored')
      .hears('CreditHeld', credit(1)).sends('LockStock')
      .hears('StockLocked', locked(0)).sends().remarks('ignored')
      .hears('StockLocked', locked(1)).sends('OrderAmended', 'PlanDelivery').hears('DeliveryPlanned', planned).ends('confirmed');
  });

  it('asks nobody again who would be asked the same', () => {
    atStock.amended(elsewhere).sends('OrderAmended').hears('StockLocked', locked(0)).sends('PlanDelivery');
    atStock.amended(placed).sends().remarks('ignored');
  });

  it('stays as it was when a step that was done refuses', () => {
    atStock.amended(larger).sends('HoldCredit')
      .hears('CreditRefused', { ...overdue, revision: 1 }).sends('AmendmentRefused', 'LockStock').ends('running')
      .hears('StockLocked', locked(2)).sends('PlanDelivery').hears('DeliveryPlanned', planned).sends('OrderConfirmed').ends('confirmed');
  });

  it('is refused where a step cannot be asked otherwise, and by the order itself', () => {
    atLogistics.amended(larger).sends('AmendmentRefused').hears('DeliveryPlanned', planned).sends('OrderConfirmed');
    atStock.amended({ ...placed, customerId: 'C2' }).sends('AmendmentRefused').hears('StockLocked', locked(0)).sends('PlanDelivery');
    atLogistics.hears('DeliveryPlanned', planned).amended(larger).sends().remarks('too-late');
  });

  it('takes its appeal back when what was refused is asked otherwise', () => {
    const appealed = begun.hears('CreditRefused', overdue).sends('RequestApproval');
    appealed.amended(smaller).sends('OrderAmended', 'WithdrawApproval', 'HoldCredit').hears('CreditHeld', credit(1)).sends('LockStock');
    appealed.amended(elsewhere).sends('OrderAmended').hears('ApprovalGranted', { orderId: 'o1', approvalId: 'a1', decidedBy: '李经理', onBehalfOf: '', comment: '', revision: 0, subject: 'credit' }).sends('HoldCredit');
  });

  it('has a person asked anew when what is asked otherwise is refused too, and takes no answer to the question before', () => {
    const denied = (revision: number) => ({ orderId: 'o1', approvalId: 'a1', reason: 'withdrawn', detail: 'taken back', revision, subject: 'credit', decidedBy: null });
    const again = begun.hears('CreditRefused', overdue).amended(smaller).hears('CreditRefused', { ...overdue, revision: 1 }).sends('RequestApproval');
    again.hears('ApprovalDenied', denied(0)).sends().remarks('ignored').hears('ApprovalGranted', granted(0)).sends().remarks('ignored')
      .hears('ApprovalGranted', granted(1)).sends('HoldCredit').hears('CreditHeld', credit(1)).sends('LockStock');
    again.hears('ApprovalDenied', denied(1)).sends('ReleaseCredit').hears('CreditReleased', id).sends('OrderRejected');
    again.cancelled('no more').sends('WithdrawApproval', 'ReleaseCredit');
  });

  it('asks a step again for what the step before answers now, and goes back when it is too late for that', () => {
    const atStockOfPrice = story(priced).begins(placed).hears('CreditHeld', credit(0)).sends('LockStock');
    atStockOfPrice.amended(larger).sends('HoldCredit').hears('CreditHeld', { ...credit(1), amount: fen(1_500) }).sends('LockStock').hears('StockLocked', locked(1)).sends('OrderAmended', 'PlanDelivery');
    atStockOfPrice.amended(larger).sends('HoldCredit').hears('CreditHeld', credit(1)).sends('OrderAmended', 'LockStock');
    const fixedThen = story({ ...priced, steps: priced.steps.map(({ amend, ...step }) => (step.name === 'stock' ? step : { ...step, ...(amend && { amend }) })) });
    fixedThen.begins(placed).hears('CreditHeld', credit(0)).amended(larger).sends('HoldCredit').hears('CreditHeld', { ...credit(1), amount: fen(1_500) }).sends('AmendmentRefused', 'HoldCredit')
      .hears('CreditHeld', credit(2)).sends('LockStock').hears('StockLocked', locked(2)).sends('PlanDelivery');
  });

  it('asks the steps before an appeal first, and has a person asked anew', () => {
    const appealed = story(appealing).begins(placed).hears('StockLocked', locked(0)).hears('CreditRefused', overdue).sends('RequestApproval');
    appealed.amended(larger).sends('WithdrawApproval', 'LockStock').hears('StockLocked', locked(1)).sends('OrderAmended', 'HoldCredit').hears('CreditRefused', { ...overdue, revision: 1 }).sends('RequestApproval')
      .hears('ApprovalGranted', granted(1)).sends('HoldCredit').hears('CreditHeld', credit(1)).sends('PlanDelivery');
    appealed.amended(larger).hears('StockRefused', short(1)).sends('AmendmentRefused', 'HoldCredit').hears('CreditRefused', { ...overdue, revision: 2 }).sends('RequestApproval');
  });

  it('takes the last of several wishes when one is under way', () => {
    atStock.amended(larger).sends('HoldCredit').amended(elsewhere).sends().amended(smaller).sends()
      .hears('CreditHeld', credit(1)).sends('LockStock')
      .hears('StockLocked', locked(1)).sends('OrderAmended', 'PlanDelivery', 'AmendmentRefused');
    begun.amended(larger).amended(smaller).hears('CreditHeld', credit(1)).sends('OrderAmended', 'LockStock', 'HoldCredit')
      .hears('CreditHeld', credit(2)).sends('LockStock').hears('StockLocked', locked(1)).sends().hears('StockLocked', locked(2)).sends('OrderAmended', 'PlanDelivery');
  });

  it('is undone whole when it is cancelled or nobody answers meanwhile', () => {
    const amending = atStock.amended(larger).sends('HoldCredit');
    amending.cancelled('changed my mind').sends('ReleaseStock').hears('StockReleased', id).sends('ReleaseCredit').hears('CreditReleased', id).sends('OrderCancelled');
    amending.waits(hours(1)).sends('ReleaseStock').hears('StockReleased', id).sends('ReleaseCredit').hears('CreditReleased', id).sends('OrderRejected');
  });

  it('goes back step by step, and is rejected whole when it can not', () => {
    const back = atStock.amended(larger).hears('CreditHeld', credit(1)).sends('LockStock').hears('StockRefused', short(1)).sends('AmendmentRefused', 'HoldCredit');
    back.hears('CreditHeld', credit(2)).sends('LockStock').hears('StockLocked', locked(2)).sends('PlanDelivery');
    back.hears('CreditRefused', { ...overdue, revision: 2 }).sends('ReleaseStock').hears('StockReleased', id).sends('ReleaseCredit')
      .hears('CreditReleased', id).sends('OrderRejected').ends('rejected');
  });

  it('undoes what an earlier ask may have done when the step refuses for good', () => {
    begun.amended(larger).hears('CreditRefused', { ...overdue, appealable: false, revision: 1 }).sends('AmendmentRefused', 'HoldCredit')
      .hears('CreditRefused', { ...overdue, appealable: false, revision: 2 }).sends('ReleaseCredit').hears('CreditReleased', id).sends('OrderRejected');
  });

  it('has a step undone before it is asked otherwise, where that is its way, and is amended once it is', () => {
    const retractable: Saga = { ...example, steps: example.steps.map((step) => (step.name === 'logistics' ? { ...step, amend: 'undo-first' } : step)) };
    const atIt = story(retractable).begins(placed).hears('CreditHeld', credit(0)).hears('StockLocked', locked(0)).sends('PlanDelivery');
    const retracted = atIt.amended(elsewhere).sends('CancelDelivery').hears('DeliveryPlanned', planned).sends().remarks('ignored');
    retracted.hears('DeliveryCancelled', id).sends('OrderAmended', 'PlanDelivery').hears('DeliveryPlanned', planned).sends('OrderConfirmed');
    retracted.hears('CancelDeliveryRefused', no).sends('CancelDelivery');
    retracted.cancelled('changed my mind').sends('CancelDelivery').hears('DeliveryCancelled', id).sends('ReleaseStock');
    atIt.amended(larger).sends('HoldCredit').hears('CreditHeld', credit(1)).sends('LockStock').hears('StockRefused', short(1)).sends('AmendmentRefused', 'HoldCredit')
      .hears('CreditHeld', credit(2)).sends('PlanDelivery').hears('DeliveryPlanned', planned).sends('OrderConfirmed');
  });
});
