import { contracts, isMessageName } from '@order-mesh/contracts';
import { maskPhonesIn, type Instant } from '@order-mesh/kernel';
import { maskField, printable } from './mask.ts';
import { utc } from './order-item.ts';
import type { Heard } from './order-view.ts';
import { sane } from './stamp.ts';
import { inWords } from './words.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A message as the timeline keeps it. */
export interface Entry {
  readonly orderId: string;
  readonly id: string;
  readonly at: Instant;
  readonly type: string;
  readonly summary: string;
  /** Fen as text, personal data masked, lines counted: the order's view holds them once. */
  readonly value: Json;
}

/** A message as the timeline shows it. */
export interface TimelineItem {
  readonly at: string;
  readonly type: string;
  readonly kind: 'command' | 'event';
  readonly topic: string;
  /** The service that sent it. */
  readonly from: string;
  readonly step: string | null;
  readonly summary: string;
  readonly id: string;
  /** 2 when it is the second message of this type, and so on: a retry. */
  readonly attempt: number;
  readonly value: Json;
}

const LONGEST_SUMMARY = 500;

export function entryOf(message: Heard): Entry {
  const summary = printable(maskPhonesIn(inWords(message.type, message.value)).slice(0, LONGEST_SUMMARY));
  return { orderId: printable(message.key), id: printable(message.id), at: sane(message.at), type: message.type, summary, value: shown(message.value) };
}

/** Puts entries in the order they happened in, whatever order they came in; messages of one transaction share their instant. */
export function timelineOf(entries: readonly Entry[]): readonly TimelineItem[] {
  const counts = new Map<string, number>();
  return [...entries].sort(byTime).flatMap((entry) => {
    const { type, at, summary, id, value } = entry;
    if (!isMessageName(type)) return [];
    const attempt = (counts.get(type) ?? 0) + 1;
    counts.set(type, attempt);
    const { kind, topic } = contracts[type];
    return [{ at: utc(at), type, kind, topic, from: senderOf(topic, entry), step: STEPS[topic] ?? null, summary, id, attempt, value }];
  });
}

function senderOf(topic: string, { type, value }: Entry): string {
  if (topic === 'crm.events.v1') return senderToCrm(value);
  if (type === 'DecideApproval' || type === 'AssignCase' || type === 'DecideCase') return 'gateway';
  return SENDERS[topic] ?? 'order-orchestrator';
}

function senderToCrm(value: Json): string {
  const source = typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : new Map<string, Json>();
  return source.get('source') === 'salesforce' || source.get('requestedBy') === 'salesforce' ? 'crm-adapter' : 'gateway';
}

const SENDERS: Readonly<Record<string, string>> = {
  'approvals.events.v1': 'approvals', 'contract.events.v1': 'contract', 'credit.events.v1': 'credit', 'erp.events.v1': 'erp-adapter',
  'finance.events.v1': 'finance', 'inventory.events.v1': 'inventory', 'logistics.events.v1': 'logistics', 'pricing.events.v1': 'pricing',
};

const STEPS: Readonly<Record<string, string>> = {
  'approvals.commands.v1': 'approval', 'approvals.events.v1': 'approval', 'contract.commands.v1': 'contract', 'contract.events.v1': 'contract',
  'credit.commands.v1': 'credit', 'credit.events.v1': 'credit', 'erp.commands.v1': 'finance', 'erp.events.v1': 'finance', 'finance.events.v1': 'finance',
  'inventory.commands.v1': 'stock', 'inventory.events.v1': 'stock', 'logistics.commands.v1': 'logistics', 'logistics.events.v1': 'logistics',
  'pricing.commands.v1': 'price', 'pricing.events.v1': 'price',
};

/** What follows what when all of it happened in the same instant. */
const SEQUENCE: ReadonlyMap<string, number> = new Map([
  'OrderPlaced', 'OrderUnacceptable', 'PriceOrder', 'OrderPriced', 'PricingRefused', 'BudgetExhausted', 'HoldCredit', 'CreditHeld', 'CreditRefused', 'RequestApproval', 'ApprovalRequested', 'ApprovalReminded', 'ApprovalEscalated', 'DecideApproval', 'ApprovalGranted',
  'ApprovalDenied', 'DecisionIgnored', 'LockStock', 'StockLocked', 'StockRefused', 'SignContract', 'ContractSigned', 'ContractRefused', 'PlanDelivery',
  'DeliveryPlanned', 'DeliveryRefused', 'BookOrder', 'OrderBooked', 'BookingRefused', 'OrderAmended', 'AmendmentRefused', 'CancelRequested', 'AssignCase', 'DecideCase', 'CaseDecided', 'WithdrawApproval', 'ApprovalWithdrawn', 'UnbookOrder',
  'OrderUnbooked', 'UnbookingRefused', 'CancelDelivery', 'DeliveryCancelled', 'CancelDeliveryRefused', 'VoidContract', 'ContractVoided', 'VoidRefused',
  'ReleaseStock', 'StockReleased', 'ReleaseCredit', 'CreditReleased', 'ReleasePrice', 'PriceReleased', 'OrderConfirmed', 'OrderRejected', 'OrderCancelled', 'OrderNeedsAttention',
  'CaseClosed', 'CaseOpened', 'CaseAssigned', 'CaseDecisionIgnored',
  'OrderRecorded', 'DeliveryProgressed', 'PlacementIgnored', 'CancelRefused',
].map((type, index) => [type, index]));

function byTime(one: Entry, other: Entry): number {
  if (one.at !== other.at) return one.at - other.at;
  const place = (SEQUENCE.get(one.type) ?? 0) - (SEQUENCE.get(other.type) ?? 0);
  if (place !== 0) return place;
  return one.id < other.id ? -1 : 1;
}

function shown(value: object): Json {
  return Object.fromEntries(Object.entries(value).map(([name, field]: [string, unknown]) => (
    name === 'lines' && Array.isArray(field) ? ['lineCount', field.length] : [name, shownField(name, field)])));
}

function shownField(name: string, field: unknown): Json {
  switch (typeof field) {
    case 'string': return maskField(name, field);
    case 'bigint': return field.toString();
    case 'number': return Number.isFinite(field) ? field : null;
    case 'boolean': return field;
    case 'object':
      if (field === null) return null;
      return Array.isArray(field) ? field.map((item: unknown) => shownField(name, item)) : shown(field);
    default: return null;
  }
}
