import { z } from 'zod';
import { approvalStatuses } from '../domain/approval-view.ts';
import { caseStatuses } from '../domain/case-view.ts';
import { orderStatuses } from '../domain/order-item.ts';
import { cancelBody, orderBody } from './order-requests.ts';
import { partnerStates } from '@order-mesh/outbound';
import { letterStatuses } from '@order-mesh/platform';
import { letterReasons, reasonClasses } from '@order-mesh/messaging';
import { decisionBody, decisionsBody } from './approval-requests.ts';
import { delegateBody, endDelegationBody } from './delegation-requests.ts';
import { delegationStates } from '../domain/delegation-view.ts';
import { assignCaseBody, resolveCaseBody } from './case-requests.ts';
import { pausePartnerBody, resumePartnerBody } from './partner-requests.ts';
import { erasureBody } from './privacy-requests.ts';
import { importBody, startImportBody } from './import-requests.ts';
import { importStates } from '../domain/import-view.ts';
import { differenceStatuses } from '../domain/reconciliation-view.ts';
import { acceptBody, repairBody, startRunBody } from './reconciliation-requests.ts';
import { rulesBodies } from './rules-schemas.ts';
import { dropLetterBody, editLetterBody, replayLetterBody } from './dead-letter-requests.ts';

const time = z.iso.datetime().describe('UTC, ISO 8601.');
const fen = z.string().regex(/^-?\d+$/).describe('Fen (1 yuan = 100 fen), as text so that no digit is lost.');

const orderItem = z.object({
  orderId: z.string(), source: z.string(), externalId: z.string(), customerId: z.string(), customerName: z.string(), region: z.string(),
  amountFen: fen.nullable().describe('Null for an order that was turned away at the border.'),
  status: z.enum(orderStatuses),
  step: z.string().nullable().describe('credit, waiting-for-approval, stock, contract, logistics or finance; where it ended, for an order that was rejected or needs a person.'),
  reason: z.string().nullable().describe('Stable code of why it waits, goes back or ended.'),
  detail: z.string().nullable().describe('The same in words.'),
  placedAt: time, updatedAt: time, endedAt: time.nullable(),
  leadTimeMs: z.number().int().nullable().describe('From placed to ended, in milliseconds.'),
});

const line = z.object({ lineNo: z.number().int(), sku: z.string(), name: z.string(), quantity: z.number().int(), unit: z.string(), unitPriceFen: fen, amountFen: fen });
const shipTo = z.object({ contact: z.string(), phone: z.string(), region: z.string(), city: z.string(), street: z.string() }).describe('Personal data masked.');

const timelineItem = z.object({
  at: time, type: z.string().describe('The message, as in the event catalogue.'), kind: z.enum(['command', 'event']), topic: z.string(),
  from: z.string().describe('The service that sent it.'), step: z.string().nullable(), summary: z.string().describe('What it says, in words.'), id: z.string(),
  attempt: z.number().int().describe('2 when it is the second message of its type, and so on.'),
  value: z.record(z.string(), z.unknown()).describe('The message: fen as text, personal data masked, lines counted.'),
});

const evidenceSchema = z.object({
  exposureFen: fen.describe('What the customer would owe or be promised with this order.'), limitFen: fen, daysOverdue: z.number().describe('Of the oldest open receivable.'),
  overdueFen: fen.describe('What is open on receivables that are overdue.'), receivables: z.number().describe('Those that are known, of the last 1,000.'), paid: z.number().describe('How many of them are paid.'),
  ordersConfirmed: z.number().describe('Other orders, of the last 1,000.'), amountConfirmedFen: fen, ordersRefused: z.number().describe('Other orders whose credit was refused.'),
});

const priceSchema = z.object({
  listFen: fen.describe('Sum of the lines as ordered.'), amountFen: fen.describe('What is to be paid.'), costFen: fen.nullable().describe('What the goods cost the company, with the tax that prices have; null where that is not known of one of them.'),
  marginFen: fen.nullable(), marginPercent: z.number().nullable().describe('Of the amount, to two places, rounded down.'),
});

const approvalItem = z.object({
  approvalId: z.string(), orderId: z.string(), status: z.enum(approvalStatuses), subject: z.string(), customerId: z.string(), region: z.string(),
  role: z.string().describe('Who may decide.'), escalatedTo: z.string().nullable().describe('Who may decide, too, since nobody did for long.'),
  remindedAt: time.nullable().describe('When those who may decide were reminded.'),
  deciders: z.array(z.string()).describe('Who was asked: accounts in WeCom, names where there are none; empty where no directory of people is set up.'),
  requestedBy: z.string().nullable().describe('Who placed the order, and does not decide.'), amountFen: fen, reason: z.string(), detail: z.string(),
  evidence: evidenceSchema.nullable().describe('What is known of the customer, where it is asked about a freeze.'), price: priceSchema.nullable().describe('What the order brings, and what of that is margin.'), meaning: z.string().nullable().describe('What a yes would mean, in one sentence.'), deadline: time, requestedAt: time,
  decidedBy: z.string().nullable(), onBehalfOf: z.string().nullable().describe('In whose place, where a deputy granted it.'), decidedAt: time.nullable(),
  comment: z.string().nullable().describe('The comment of who granted it, or why the refusal stands.'),
  ignored: z.object({ decidedBy: z.string(), reason: z.string(), detail: z.string(), at: time }).nullable().describe('The last decision that changed nothing, and why: not-allowed, own-request, too-late, already-granted, …'),
});

const decisionTaken = z.object({
  approvalId: z.string(), decidedBy: z.string().describe('Whoever is signed in.'), outcome: z.enum(['asked', 'closed', 'not-theirs', 'unknown']).describe('asked: on its way to whoever keeps the task.'), detail: z.string().describe('Why it was not asked for; empty otherwise.'),
  approval: approvalItem.nullable().describe('The task as it stood.'),
});

const delegation = z.object({
  delegationId: z.string(), state: z.enum(delegationStates).describe('asked: not answered yet. refused: `detail` tells why.'), absent: z.string().describe('Who is away.'), deputy: z.string().describe('Who decides meanwhile.'),
  since: time, until: time.describe('Not included.'), reason: z.string(), detail: z.string(), requestedBy: z.string(), updatedAt: time,
});

const confirmedOrder = z.object({
  series: z.number().int().describe('Series of numbers it belongs to.'), entryNo: z.number().int().describe('Number within its series, without gaps.'), orderId: z.string(), customerId: z.string(), customerName: z.string(), region: z.string(),
  amountFen: fen.describe('What is to be paid, in fen: what was ordered, less `discountFen`.'), bookedAmountFen: fen.describe('What the ERP booked, in fen.'), agrees: z.boolean().describe('Whether both are equal.'),
  saleOrderCode: z.string(), receivableCode: z.string(), contractId: z.string(), waybill: z.string(), placedAt: time, confirmedAt: time, recordedAt: time,
  discountFen: fen.describe('What was taken off the prices it was ordered for, in fen.'),
});

const deadLetter = z.object({
  id: z.string(), status: z.enum(letterStatuses), service: z.string().describe('The service that could not take the record.'), topic: z.string(), partition: z.number().int(),
  offset: z.string(), key: z.string(), orderId: z.string().nullable(), class: z.enum(reasonClasses), reason: z.enum(letterReasons), detail: z.string().describe('What failed.'),
  advice: z.string().describe('What to do about it.'), attempts: z.number().int().describe('How often it was tried, replays included.'), at: time, sizeBytes: z.number().int(),
  type: z.string().nullable().describe('The message, as its headers name it.'), from: z.string().nullable().describe('Who sent it.'),
  originalId: z.string().describe('What the first record of the lineage was called.'), original: z.string().describe('Where it lay: topic/partition/offset.'),
  edited: z.boolean().describe('Whether a person wrote it.'), parentId: z.string().nullable().describe('The letter it was made from, or whose replay it was.'),
  decidedBy: z.string().nullable().describe('Who edited, replayed or dropped it.'), decidedAt: time.nullable(), note: z.string().nullable(),
  settledAt: time.nullable().describe('When its service took the replay, or could not.'),
});

const partner = z.object({
  system: z.string(), service: z.string().describe('The service that calls it.'), state: z.enum(partnerStates).describe('away: in trouble, calls wait. recovering: they go on slowly. paused: a person has stopped them.'),
  since: time, detail: z.string().describe('What went wrong last.'), pausedBy: z.string().nullable(), note: z.string().nullable(),
  share: z.number().describe('The share of the agreed rate that calls may go at, from 0 to 1.'),
  waiting: z.number().int().describe('Calls that are not settled.'), accepted: z.number().int().describe('Those of them that the partner has taken and tells the result of later.'),
  unknown: z.number().int().describe('Those of them whose outcome nobody knows yet.'),
  oldestAt: time.nullable().describe('When the oldest of them was asked.'),
  lastMinute: z.object({ answered: z.number().int(), refused: z.number().int(), failed: z.number().int() }).describe('Calls settled in the last minute.'),
  perSecond: z.number().int().nullable().describe('Calls that each process begins a second, at most.'), ledgerPerSecond: z.number().int().nullable().describe('The same of each ledger.'),
  ledgers: z.array(z.object({
    ledger: z.string(), waiting: z.number().int(), oldestAt: time.nullable(), lastMinute: z.number().int().describe('Calls settled in the last minute.'),
    throttledUntil: time.nullable().describe('Until when it is left alone, because the partner asked for fewer of its calls.'),
  })).describe('The companies\' books, tenants or customers whose calls wait or are left alone: those with most calls first, at most twenty.'),
});

const orderCase = z.object({
  orderId: z.string(), kind: z.string().describe('undo-failed or stuck.'), status: z.enum(caseStatuses).describe('retrying: decided, and the order is not at its end yet.'),
  step: z.string().describe('The step it is about.'), reason: z.string(), detail: z.string(), owner: z.string().describe('The role that has to act.'), assignee: z.string().nullable(),
  openedAt: time, dueAt: time, overdue: z.boolean(), openings: z.number().int().describe('More than 1 where a retry failed again.'),
  decision: z.string().nullable(), decidedBy: z.string().nullable(), decidedAt: time.nullable(), note: z.string().nullable(),
  outcome: z.string().nullable().describe('How the order ended, or accepted, or went-on.'), closedAt: time.nullable(),
});

const count = z.number().int();

const importItem = z.object({
  importId: z.string(), system: z.string(), state: z.enum(importStates), since: time.nullable(), status: z.string(), dryRun: z.boolean(),
  total: count.nullable().describe('Orders on the list; null before it is made.'), seen: count.describe('Orders of the list that are dealt with.'), placed: count.describe('Taken on.'),
  known: count.describe('Known already.'), unacceptable: count.describe('Turned away with their faults.'), passedOver: count.describe('Stood otherwise, or were gone, when their turn came.'),
  reasons: z.array(z.object({ reason: z.string().describe('A fault, numbers left out.'), count, example: z.string().describe('An order that has it.') })),
  detail: z.string().describe('What it waits for, or why it failed.'), requestedBy: z.string(), startedAt: time, updatedAt: time,
});

const run = z.object({
  runId: z.string(), status: z.enum(['running', 'agrees', 'differs', 'failed']), requestedBy: z.string().nullable(), from: time.nullable().describe('Orders placed since then are compared.'),
  startedAt: time.nullable(), finishedAt: time.nullable(), detail: z.string().describe('Why it failed; empty otherwise.'),
  orders: z.number().int().describe('Orders that were compared.'), amountFen: fen.describe('What the confirmed ones among them add up to, in fen.'), openDifferences: z.number().int(),
});

const difference = z.object({
  differenceId: z.string(), orderId: z.string(),
  class: z.string().describe('missing-in-erp, extra-in-erp, amount-differs, status-differs, missing-in-mesh, missing-in-crm, missing-in-ledger or crm-not-told.'),
  status: z.enum(differenceStatuses).describe('repairing: a repair was decided, and no reconciliation has seen its effect yet. vanished: it went away by itself.'),
  detail: z.string(), evidence: z.array(z.object({ book: z.string().describe('crm, mesh, ledger or erp.'), says: z.string(), amountFen: fen.nullable() })),
  repair: z.object({ kind: z.string(), automatic: z.boolean().describe('false: only a person can.'), says: z.string().describe('What would be done, or what a person has to do.') }),
  firstSeenAt: time, lastSeenAt: time, decidedBy: z.string().nullable(), decidedAt: time.nullable(), note: z.string().nullable(),
});

const nextCursor = z.string().nullable().describe('Pass it as `cursor` for the next page; null on the last.');

/** Every body the gateway takes or gives, by its name in the documentation. */
export const bodies = {
  ProtectedResource: z.object({ resource: z.string().describe('What tokens have to be for (aud).'), authorization_servers: z.array(z.string()), bearer_methods_supported: z.array(z.string()), roles_supported: z.array(z.string()) }),
  Me: z.object({
    name: z.string(), kind: z.enum(['person', 'system']), roles: z.array(z.string()), permissions: z.array(z.string()), everything: z.boolean().describe('Whether the whole company is within reach; else what the lists name.'),
    customers: z.array(z.string()), regions: z.array(z.string()), sources: z.array(z.string()),
  }),
  PlaceOrder: orderBody,
  CancelOrder: cancelBody,
  DecideApproval: decisionBody,
  DecideApprovals: decisionsBody,
  DecisionsTaken: z.object({ items: z.array(decisionTaken) }),
  OrderAccepted: z.object({ orderId: z.string(), status: z.enum(orderStatuses) }),
  Order: orderItem,
  OrderPage: z.object({ items: z.array(orderItem), nextCursor }),
  OrderWithTimeline: orderItem.extend({ lines: z.array(line), shipTo: shipTo.nullable(), timeline: z.array(timelineItem) }),
  Approval: approvalItem,
  ApprovalPage: z.object({ items: z.array(approvalItem), nextCursor }),
  DelegateApprovals: delegateBody,
  EndDelegation: endDelegationBody,
  Delegation: delegation,
  DelegationPage: z.object({ items: z.array(delegation), nextCursor }),
  Partners: z.object({ items: z.array(partner) }),
  PausePartner: pausePartnerBody,
  ResumePartner: resumePartnerBody,
  AssignCase: assignCaseBody,
  ResolveCase: resolveCaseBody,
  Case: orderCase,
  CasePage: z.object({ items: z.array(orderCase), nextCursor }),
  CaseWithTimeline: orderCase.extend({ timeline: z.array(timelineItem) }),
  StartImport: startImportBody,
  AskImport: importBody,
  Import: importItem,
  ImportPage: z.object({ items: z.array(importItem), nextCursor }),
  EraseContacts: erasureBody,
  Erasure: z.object({
    erasureId: z.string().nullable().describe('As the audit log names it; null where nothing was left to do.'), customerId: z.string(),
    contacts: z.number().int().describe('How many persons.'), doneBefore: z.boolean(),
  }),
  StartReconciliation: startRunBody,
  ReconciliationAsked: z.object({ runId: z.string() }),
  ReconciliationRun: run,
  Difference: difference,
  Reconciliation: z.object({ underWay: run.nullable(), lastRun: run.nullable(), differences: z.array(difference), nextCursor }),
  RepairDifference: repairBody,
  RepairAsked: z.object({ dryRun: z.boolean(), difference }),
  AcceptDifference: acceptBody,
  ...rulesBodies,
  EditDeadLetter: editLetterBody,
  ReplayDeadLetter: replayLetterBody,
  DropDeadLetter: dropLetterBody,
  DeadLetter: deadLetter,
  DeadLetters: z.object({ items: z.array(deadLetter) }),
  DeadLetterPage: z.object({ items: z.array(deadLetter), nextCursor }),
  DeadLetterDetail: deadLetter.extend({
    headers: z.record(z.string(), z.string()), message: z.object({ type: z.string(), value: z.unknown() }).nullable().describe('Null when the bytes do not tell; personal data masked.'),
    rawBase64: z.string().nullable(), lineage: z.array(deadLetter).describe('All it came from or led to, oldest first.'),
    elsewhere: z.array(deadLetter).describe('Open letters of the same record at other services.'),
  }),
  ConfirmedOrders: z.object({ orders: z.array(confirmedOrder), totalFen: fen.describe('Sum of what was ordered.') }),
  Health: z.object({ status: z.enum(['live', 'ready', 'not ready']), reason: z.string().optional() }),
  Problem: z.object({
    type: z.string().describe('urn:order-mesh:problem:<code>; the code is stable.'), title: z.string(), status: z.number().int(), detail: z.string(),
    correlationId: z.string().describe('What our log calls the request: the X-Correlation-Id that was sent, its trace, or a new one. Tell it to whoever looks.'),
    errors: z.array(z.object({
      pointer: z.string().optional().describe('JSON pointer into the body.'), parameter: z.string().optional(), header: z.string().optional(), detail: z.string(),
    })).optional().describe('Every fault that was found, up to 100.'),
  }).describe('RFC 9457 problem details.'),
  Schema: z.object({ schema: z.string().describe('The Avro schema as JSON text.') }),
  SchemaVersion: z.object({ subject: z.string(), id: z.number().int(), version: z.number().int(), schema: z.string() }),
  RegistryFault: z.object({ error_code: z.number().int(), message: z.string() }),
  Texts: z.array(z.string()),
  Numbers: z.array(z.number().int()),
} as const;

export type BodyName = keyof typeof bodies;
