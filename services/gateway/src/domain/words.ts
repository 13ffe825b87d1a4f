import type { OrderMessage } from '@order-mesh/contracts';
import { yuanFromFen, type Fen } from '@order-mesh/kernel';
import { sane } from './stamp.ts';

type OrderMessageName = OrderMessage['type'];
type Values = { readonly [Name in OrderMessageName]: Extract<OrderMessage, { readonly type: Name }>['value'] };

/** What a message about an order says, in one sentence a person understands. Holds no personal data but names of those who decide. */
export function inWords<Name extends OrderMessageName>(type: Name, value: Values[Name]): string {
  return WORDS[type](value);
}

const yuan = (amount: Fen): string => `${yuanFromFen(amount)} yuan`;
const lines = (all: readonly unknown[]): string => (all.length === 1 ? '1 line' : `${all.length} lines`);
const why = ({ reason, detail }: { readonly reason: string; readonly detail: string }): string => detail || reason;
const said = (words: string): string => (words === '' ? '' : `: ${words}`);
const refused = (what: string) => (value: { readonly reason: string; readonly detail: string }): string => `${what}: ${why(value)}`;

const WORDS: { readonly [Name in OrderMessageName]: (value: Values[Name]) => string } = {
  OrderPlaced: (order) => `${order.customerName} ordered ${lines(order.lines)} for ${yuan(order.amount)}, placed by ${order.source}`,
  OrderUnacceptable: ({ reasons }) => `turned away at the border: ${reasons.join('; ')}`,
  CancelRequested: ({ requestedBy, reason }) => `${requestedBy} asks to cancel${said(reason)}`,

  PriceOrder: ({ amount, approvalId }) => `asks for the price of what was ordered for ${yuan(amount)}${approvalId === null ? '' : `, with approval ${approvalId}`}`,
  ReleasePrice: () => 'asks to take the price back',
  OrderPriced: ({ listAmount, amount, discounts, cuts }) => {
    const priced = discounts.length === 0 ? `costs ${yuan(amount)}` : `costs ${yuan(amount)} instead of ${yuan(listAmount)}: ${[...new Set(discounts.map(({ title }) => title))].join('; ')}`;
    return [priced, ...cuts.map(({ title, amount: cut, keptBy }) => `${yuan(cut)} less off than “${title}” says, because of “${keptBy.join('”, “')}”`)].join('; ');
  },
  PricingRefused: refused('no price'),
  PriceReleased: () => 'it has no price any more',
  BudgetExhausted: ({ title, spent, budget }) => `a promotion has stopped, ${yuan(spent)} of ${yuan(budget)} are spent: ${title}`,

  HoldCredit: ({ amount, approvalId }) => `asks credit to hold ${yuan(amount)}${approvalId === null ? '' : `, with approval ${approvalId}`}`,
  ReleaseCredit: () => 'asks credit to give the hold back',
  CreditHeld: ({ amount, exposure, limit }) => `${yuan(amount)} held; the customer owes ${yuan(exposure)} of ${yuan(limit)}`,
  CreditRefused: refused('credit refused'),
  CreditReleased: () => 'no credit is held any more',

  RequestApproval: ({ role, detail }) => `asks the ${role} to overturn a refusal: ${detail}`,
  WithdrawApproval: () => 'takes the question back',
  DecideApproval: ({ decision, decidedBy, comment }) => `${decidedBy} says ${decision}${said(comment)}`,
  ApprovalRequested: ({ role, deadline }) => `waits for the ${role} until ${new Date(sane(deadline)).toISOString()}`,
  ApprovalReminded: ({ role, deadline }) => `reminds the ${role}: until ${new Date(sane(deadline)).toISOString()}`,
  ApprovalEscalated: ({ role, escalatedTo }) => `the ${role} has not decided: the ${escalatedTo} may, too`,
  ApprovalGranted: ({ decidedBy, onBehalfOf, comment }) => `${decidedBy} granted it${onBehalfOf === '' ? '' : ` for ${onBehalfOf}`}${said(comment)}`,
  ApprovalDenied: refused('the refusal stands'),
  ApprovalWithdrawn: () => 'nobody needs to decide any more',
  DecisionIgnored: refused('a decision changes nothing'),

  LockStock: (value) => `asks inventory to lock ${lines(value.lines)}`,
  ReleaseStock: () => 'asks inventory to give the stock back',
  StockLocked: ({ locks }) => `locked in ${[...new Set(locks.map(({ warehouse }) => warehouse))].join(', ')}`,
  StockRefused: refused('stock refused'),
  StockReleased: () => 'no stock is locked any more',

  SignContract: ({ amount }) => `asks for a contract over ${yuan(amount)}`,
  VoidContract: () => 'asks to make the contract void',
  ContractSigned: ({ contractId }) => `contract ${contractId} is signed`,
  ContractRefused: refused('no contract'),
  ContractVoided: () => 'no contract binds anybody',
  VoidRefused: refused('the contract could not be made void'),

  PlanDelivery: (value) => `asks for the transport of ${lines(value.lines)}`,
  CancelDelivery: () => 'asks to call the transport off',
  DeliveryProgressed: ({ state, place, detail }) => `parcel ${state.replaceAll('-', ' ')}${place === '' ? '' : ` in ${place}`}${said(detail)}`,
  DeliveryPlanned: ({ carrier, waybill }) => `${carrier} takes it, waybill ${waybill}`,
  DeliveryRefused: refused('no transport'),
  DeliveryCancelled: () => 'no transport is booked',
  CancelDeliveryRefused: refused('the transport could not be called off'),

  BookOrder: ({ amount }) => `asks the ERP to book ${yuan(amount)}`,
  UnbookOrder: () => 'asks the ERP to take the booking back',
  OrderBooked: ({ saleOrderCode, receivableCode, amount }) => `booked as ${saleOrderCode} and ${receivableCode}, ${yuan(amount)}`,
  BookingRefused: refused('the ERP refused'),
  OrderUnbooked: () => 'no document is open in the ERP',
  UnbookingRefused: refused('the booking could not be taken back'),

  OrderConfirmed: ({ bookedAmount, saleOrderCode }) => `confirmed: ${yuan(bookedAmount)} in the ERP as ${saleOrderCode}`,
  OrderRejected: (value) => `rejected by ${value.step}: ${why(value)}`,
  OrderCancelled: ({ reason }) => `cancelled${said(reason)}`,
  OrderNeedsAttention: (value) => `${value.owner} has to finish ${value.step}: ${why(value)}`,
  AssignCase: ({ assignee, assignedBy }) => `${assignedBy} has ${assignee} look after the case`,
  DecideCase: ({ decision, decidedBy, note }) => `${decidedBy} decides ${decision}${said(note)}`,
  CaseOpened: (value) => `a case for ${value.owner}, due ${new Date(sane(value.dueAt)).toISOString()}: ${value.step}: ${why(value)}`,
  CaseAssigned: ({ assignee }) => `${assignee} looks after the case`,
  CaseDecided: ({ decision, decidedBy, note }) => `${decidedBy} decided ${decision}${said(note)}`,
  CaseClosed: ({ outcome }) => `the case is closed: ${outcome}`,
  CaseDecisionIgnored: refused('a decision about the case changes nothing'),
  CancelRefused: refused('cannot be cancelled'),
  OrderAmended: ({ amount, amountBefore, lines: all }) => `amended: ${lines(all)} for ${yuan(amount)}${amount === amountBefore ? '' : `, it was ${yuan(amountBefore)}`}`,
  AmendmentRefused: refused('it stays as it was'),
  PlacementIgnored: refused('a placement changes nothing'),
  OrderRecorded: ({ series, entryNo, agrees }) => `finance recorded it as entry ${series}-${entryNo}${agrees ? '' : ', but the amounts differ'}`,
};
