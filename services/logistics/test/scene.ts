import { defaultPolicy, type PlanDelivery, type RulesPublished } from '@order-mesh/contracts';
import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { silentLog } from '@order-mesh/platform';
import { learnRules, memoryRuleBook } from '@order-mesh/rulebook';
import { carrierChoice, hashOf, writeRuleSet, type Rule } from '@order-mesh/rules';
import { fen } from '@order-mesh/kernel';
import { memoryShipmentBook } from '../src/outbound/memory-shipment-book.ts';
import { answerDelivery, type DeliveryCommand } from '../src/usecases/answer-delivery.ts';
import type { Carrier, CarrierAnswer, Consignment } from '../src/usecases/ports.ts';
import { settleDelivery } from '../src/usecases/settle-delivery.ts';

export const TX: Transaction = { kind: 'memory' };
export const NOON = Date.UTC(2026, 5, 1, 4);

let count = 0;
const received = <Message extends Outgoing>(message: Message, key: string): Message & Pick<Received, 'id' | 'key' | 'at' | 'trace'> =>
  ({ ...message, id: `m${count += 1}`, key, at: NOON, trace: {} });

export const plan = (orderId: string): DeliveryCommand => planWith(orderId, {});

export const planWith = (orderId: string, changes: Partial<PlanDelivery>): DeliveryCommand => received({
  type: 'PlanDelivery',
  value: {
    orderId,
    customerId: 'C1',
    customerName: '华东文具有限公司',
    shipTo: { contact: '王芳', phone: '13800001234', region: '江苏省', city: '苏州市', street: '人民路1号' },
    lines: [{ lineNo: 1, sku: 'P1', name: '签字笔', quantity: 12, unit: '支', unitPrice: fen(250), amount: fen(3_000) }],
    startedAt: NOON,
    ...changes,
  },
}, orderId);

/** Rules that were published. */
export function published(version: number, ...rules: readonly Rule[]): RulesPublished {
  const set = { point: carrierChoice.name, rules };
  return { point: set.point, version, hash: hashOf(set), content: writeRuleSet(set), changeId: `c${version}`, author: 'a', approvedBy: 'b', reason: 'a test', at: NOON };
}

export const alwaysBy = (product: string, changes: Partial<Rule> = {}): Rule => (
  { id: product, title: `一律走${product}`, owner: 'logistics', reason: 'a test', from: null, until: null, counts: 'now', when: {}, then: { product, insured: false }, tests: [], ...changes });

export const cancel = (orderId: string): DeliveryCommand => received({ type: 'CancelDelivery', value: { orderId } }, orderId);

export const booked = (orderId: string, waybill = `SF-${orderId}`): CarrierAnswer => answer({ type: 'booking', orderId, outcome: { type: 'answered', answer: { carrier: '顺丰速运', waybill } } });
export const refused = (orderId: string): CarrierAnswer => answer({ type: 'booking', orderId, outcome: { type: 'refused', reason: 'not-served', detail: '海外' } });
export const gaveUp = (orderId: string, surelyNotDone: boolean): CarrierAnswer => answer({ type: 'booking', orderId, outcome: { type: 'failed', detail: 'no answer', surelyNotDone } });
export const calledOff = (orderId: string): CarrierAnswer => answer({ type: 'calling-off', orderId, outcome: { type: 'answered' } });
export const notCalledOff = (orderId: string, reason: string): CarrierAnswer => answer({ type: 'calling-off', orderId, outcome: { type: 'refused', reason, detail: reason } });

type WithoutCause<Answer> = Answer extends CarrierAnswer ? Omit<Answer, 'cause'> : never;
const answer = (given: WithoutCause<CarrierAnswer>): CarrierAnswer => ({ ...given, cause: { id: `call-${count += 1}`, trace: {} } });

/** The service over a book in memory and a carrier that only notes what it is asked; each call is a batch and returns what was sent. */
export function logisticsDesk() {
  const shipments = memoryShipmentBook();
  const rules = memoryRuleBook({ points: [carrierChoice], policy: defaultPolicy });
  const booked: Consignment[] = [];
  const asked: string[] = [];
  const recallable = new Set<string>();
  const carrier: Carrier = {
    book: async (_unit, consignments) => {
      asked.push(...consignments.map(({ orderId }) => `book ${orderId}`));
      booked.push(...consignments);
    },
    recall: async (_unit, orderIds) => orderIds.filter((orderId) => recallable.has(orderId)),
    callOff: async (_unit, orders) => void asked.push(...orders.map(({ orderId, attempt }) => `call off ${orderId} #${attempt}`)),
  };
  const ports = { shipments, rules, carrier, log: silentLog };
  const inBatch = async (work: (unit: Unit) => Promise<void>): Promise<readonly Outgoing[]> => {
    const sent: Outgoing[] = [];
    await work({ tx: TX, now: NOON, send: (message) => void sent.push(message), afterCommit: () => {} });
    return sent;
  };
  return {
    asked,
    /** How what was booked travels, such as "A1 express insured for 3000 fen". */
    ways: () => booked.map(({ orderId, way }) => `${orderId} ${way?.product ?? ''}${way?.insured ? ` insured for ${way.valueFen} fen` : ''}`),
    published: (...all: readonly RulesPublished[]) => inBatch((unit) => learnRules(rules)(all.map((value) => received({ type: 'RulesPublished', value }, value.point)), unit)),
    /** The carrier cannot be reached at the moment: what is asked of it can be taken back. */
    isAway: (...orderIds: readonly string[]) => orderIds.forEach((orderId) => recallable.add(orderId)),
    commands: (...batch: readonly DeliveryCommand[]) => inBatch((unit) => answerDelivery(ports)(batch, unit)),
    answers: (...answers: readonly CarrierAnswer[]) => inBatch((unit) => settleDelivery(ports)(answers, unit, carrier)),
    statusOf: (orderId: string) => shipments.of(orderId)?.status,
  };
}

export const types = (sent: readonly Outgoing[]): readonly string[] => sent.map(({ type }) => type);
export const reasons = (sent: readonly Outgoing[]): readonly string[] => sent.flatMap(({ value }) => ('reason' in value ? [String(value.reason)] : []));
