import { never } from '@order-mesh/kernel';
import { draftOf, type Unit } from '@order-mesh/messaging';
import { noteBooked, noteCalledOff, type Shipment, type Step } from '../domain/shipment.ts';
import type { CarrierAnswer, Ports } from './ports.ts';

export type SettleDelivery = ReturnType<typeof settleDelivery>;

/** Goes on with the orders whose carrier has answered. */
export const settleDelivery = ({ shipments, log }: Pick<Ports, 'shipments' | 'log'>) =>
  async (answers: readonly CarrierAnswer[], unit: Unit, carrier: Pick<Ports['carrier'], 'callOff'>): Promise<void> => {
    const draft = draftOf(await shipments.load(unit.tx, answers.map(({ orderId }) => orderId)));
    const calledOff = [];
    for (const answer of answers) {
      const known = draft.get(answer.orderId);
      if (!known) {
        log.error('a carrier answered for an order without a shipment', { orderId: answer.orderId });
        continue;
      }
      const { shipment, tell, ask } = goOn(known, answer);
      draft.put(shipment.orderId, shipment);
      if (tell) unit.send(tell, answer.cause);
      if (ask === 'call-off' && shipment.status === 'cancelling') calledOff.push({ orderId: shipment.orderId, attempt: shipment.attempt, cause: answer.cause });
      log.info(`delivery ${shipment.status}`, { orderId: shipment.orderId, answered: answer.outcome.type, ...tell?.value });
    }
    await shipments.save(unit.tx, draft.written());
    await carrier.callOff(unit, calledOff);
  };

function goOn(known: Shipment, answer: CarrierAnswer): Step {
  switch (answer.type) {
    case 'booking': return noteBooked(known, answer.outcome);
    case 'calling-off': return noteCalledOff(known, answer.outcome);
    default: return never(answer);
  }
}
