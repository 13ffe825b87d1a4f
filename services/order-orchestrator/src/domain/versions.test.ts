import { defaultPolicy } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import { story } from '@order-mesh/saga';
import { order, priced, told } from '../../test/scene.ts';
import { orderToCash1 } from './order-to-cash-1.ts';
import { orderToCash } from './order-to-cash.ts';

const { held, locked, voided, stockReleased, creditReleased } = told('o1');
const signed = { orderId: 'o1', contractId: 'K1', signFlowId: 'F1', documentSha256: '', signedAt: 0, decisions: [] };
const planned = { orderId: 'o1', carrier: 'SF', waybill: 'SF1', decisions: [] };
const booked = { orderId: 'o1', saleOrderCode: 'SO1', receivableCode: 'AR1', amount: fen(1_000) };
const no = { orderId: 'o1', reason: 'no', detail: 'no', decisions: [], evidence: [] };

// an order stays with the version it began with: what each of them did once it does for ever
describe('order-to-cash@1', () => {
  const begun = story(orderToCash1(defaultPolicy)).begins(order('o1')).sends('HoldCredit');

  it('goes from credit to the ERP at the prices it was ordered for', () => {
    begun.hears('CreditHeld', held.value).sends('LockStock').hears('StockLocked', locked.value).sends('SignContract').hears('ContractSigned', signed).sends('PlanDelivery')
      .hears('DeliveryPlanned', planned).sends('BookOrder').hears('OrderBooked', booked).sends('OrderConfirmed').ends('confirmed');
  });

  it('is undone in reverse', () => {
    begun.hears('CreditHeld', held.value).hears('StockLocked', locked.value).hears('ContractSigned', signed).hears('DeliveryRefused', no).sends('VoidContract').hears('ContractVoided', voided.value).sends('ReleaseStock')
      .hears('StockReleased', stockReleased.value).sends('ReleaseCredit').hears('CreditReleased', creditReleased.value).sends('OrderRejected').ends('rejected');
  });

  it('has a person asked about credit, and is amended before it is signed', () => {
    begun.hears('CreditRefused', { ...no, appealable: true, revision: 0 }).sends('RequestApproval')
      .hears('ApprovalGranted', { orderId: 'o1', approvalId: 'o1:credit', decidedBy: '李娜', onBehalfOf: '', comment: '', revision: 0, subject: 'credit' }).sends('HoldCredit');
    begun.amended(order('o1', { amount: fen(500) })).sends('HoldCredit').hears('CreditHeld', { ...held.value, revision: 1 }).sends('OrderAmended', 'LockStock');
  });
});

describe('order-to-cash@2', () => {
  const begun = story(orderToCash(defaultPolicy)).begins(order('o1')).sends('PriceOrder');

  it('asks for the price first, and takes it back last', () => {
    begun.hears('OrderPriced', priced('o1').value).sends('HoldCredit').hears('CreditHeld', held.value).sends('LockStock').hears('StockRefused', { orderId: 'o1', reason: 'no', detail: 'no', revision: 0 }).sends('ReleaseCredit')
      .hears('CreditReleased', creditReleased.value).sends('ReleasePrice').hears('PriceReleased', { orderId: 'o1' }).sends('OrderRejected').ends('rejected');
  });
});
