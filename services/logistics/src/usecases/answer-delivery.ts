import type { TopicMessages } from '@order-mesh/contracts';
import { never, type Instant } from '@order-mesh/kernel';
import { draftOf, type Draft, type Received, type Unit } from '@order-mesh/messaging';
import { carrierChoice, type CompiledRules } from '@order-mesh/rules';
import { cancelDelivery, noteRecalled, planDelivery, type Shipment, type Step } from '../domain/shipment.ts';
import { decideWay, valueOf, wayOf, type Way } from '../domain/way.ts';
import type { Consignment, Ports } from './ports.ts';

export type DeliveryCommand = Received<TopicMessages['logistics.commands.v1']>;
export type AnswerDelivery = ReturnType<typeof answerDelivery>;
type PlanDelivery = Extract<DeliveryCommand, { readonly type: 'PlanDelivery' }>;

/** Plans and cancels deliveries, in the order asked. How each travels is decided by rules; what needs the carrier is answered when the carrier has. */
export const answerDelivery = ({ shipments, rules, carrier, log }: Ports) => async (batch: readonly DeliveryCommand[], unit: Unit): Promise<void> => {
  // asked for together, they travel together
  const [known, inForce] = await Promise.all([shipments.load(unit.tx, batch.map(({ value }) => value.orderId)), rules.at(unit.tx, carrierChoice)]);
  const draft = draftOf(known);
  const wanted: Wanted = { book: new Map(), recall: new Map(), callOff: new Map() };
  const take = ({ shipment, tell }: Step, message: DeliveryCommand) => {
    draft.put(shipment.orderId, shipment);
    if (tell) unit.send(tell, message);
    log.info(`delivery ${shipment.status}`, { orderId: shipment.orderId, asked: message.type, told: tell?.type, rule: shipment.record?.rule });
  };

  for (const message of batch) {
    const step = decide(message, draft, { rules: inForce, now: unit.now });
    // What this very batch wanted to book is called off without asking anybody
    const unasked = step.ask === 'recall' && wanted.book.delete(step.shipment.orderId);
    take(unasked ? noteRecalled(step.shipment) : step, message);
    if (!unasked) note(wanted, step, message);
  }
  for (const orderId of await carrier.recall(unit, [...wanted.recall.keys()])) {
    const [shipment, message] = [draft.get(orderId), wanted.recall.get(orderId)];
    if (shipment && message) take(noteRecalled(shipment), message);
  }
  await shipments.save(unit.tx, draft.written());
  await carrier.book(unit, [...wanted.book].map(([orderId, message]) => ({ ...consignmentOf(message, wayOf(draft.get(orderId)?.record ?? null)), cause: message })));
  await carrier.callOff(unit, [...wanted.callOff].map(([orderId, { attempt, message }]) => ({ orderId, attempt, cause: message })));
};

/** What the batch wants of the carrier, by order. */
interface Wanted {
  readonly book: Map<string, PlanDelivery>;
  readonly recall: Map<string, DeliveryCommand>;
  readonly callOff: Map<string, { readonly attempt: number; readonly message: DeliveryCommand }>;
}

interface Means {
  readonly rules: CompiledRules;
  readonly now: Instant;
}

function decide(message: DeliveryCommand, draft: Draft<Shipment>, { rules, now }: Means): Step {
  const { orderId } = message.value;
  switch (message.type) {
    case 'PlanDelivery': return planDelivery(draft.get(orderId), orderId, () => decideWay(rules, message.value, now));
    case 'CancelDelivery': return cancelDelivery(draft.get(orderId), orderId);
    default: return never(message);
  }
}

function note(wanted: Wanted, { ask, shipment }: Step, message: DeliveryCommand): void {
  if (ask === 'book' && message.type === 'PlanDelivery') wanted.book.set(shipment.orderId, message);
  if (ask === 'recall') wanted.recall.set(shipment.orderId, message);
  if (ask === 'call-off' && shipment.status === 'cancelling') wanted.callOff.set(shipment.orderId, { attempt: shipment.attempt, message });
}

function consignmentOf({ value: { orderId, customerName, shipTo, lines } }: PlanDelivery, way: Way): Consignment {
  return { orderId, customerName, shipTo, goods: lines.map(({ name, quantity, unit }) => ({ name, quantity, unit })), way: { ...way, valueFen: String(valueOf(lines)) } };
}
