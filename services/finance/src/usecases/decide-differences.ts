import type { AcceptDifference, RepairDifference, TopicMessages } from '@order-mesh/contracts';
import { never } from '@order-mesh/kernel';
import { draftOf, type Outgoing, type Received, type Unit } from '@order-mesh/messaging';
import { accept, beginRepair, changedFrom, type Difference } from '../domain/difference.ts';
import type { Repair } from '../domain/repair.ts';
import { beginRun } from './begin-run.ts';
import type { ReconciliationPorts } from './ports.ts';

export type ReconciliationCommand = Received<TopicMessages['reconciliation.commands.v1']>;
export type DecideDifferences = (batch: readonly ReconciliationCommand[], unit: Unit) => Promise<void>;

/** Takes what people want: begins a run, has a difference repaired, leaves one as it is. What is not open any more stays as it is. */
export const decideDifferences = (ports: ReconciliationPorts): DecideDifferences => async (batch, unit) => {
  for (const message of batch) {
    if (message.type === 'StartReconciliation') await beginRun(ports, message.value, { unit, cause: message });
  }
  const wishes = batch.flatMap((message) => (message.type === 'RepairDifference' || message.type === 'AcceptDifference' ? [message] : []));
  if (wishes.length === 0) return;
  const { differences, log } = ports;
  const rows = draftOf(await differences.load(unit.tx, [...new Set(wishes.map(({ value }) => value.differenceId))]));
  for (const wish of wishes) {
    const known = rows.get(wish.value.differenceId);
    const decided = known && (wish.type === 'RepairDifference' ? repaired(known, wish.value) : accepted(known, wish.value));
    if (!known || !decided) {
      log.warn('decision about a difference changes nothing', { ...wish.value, decision: wish.type, status: known?.status ?? 'unknown' });
      continue;
    }
    rows.put(known.differenceId, decided.difference);
    if (decided.ask) unit.send(decided.ask, wish);
    unit.send({ type: 'DifferenceChanged', value: changedFrom(decided.difference, runOf(known)) }, wish);
    log.info('difference decided', { differenceId: known.differenceId, orderId: known.orderId, status: decided.difference.status, by: decided.difference.decidedBy });
  }
  await differences.save(unit.tx, rows.written());
};

interface Decided {
  readonly difference: Difference;
  readonly ask?: Outgoing;
}

function repaired(known: Difference, { repairedBy, requestedAt }: RepairDifference): Decided | undefined {
  const begun = beginRepair(known, repairedBy, requestedAt);
  return begun && { difference: begun.difference, ask: askFor(known, begun.repair) };
}

function accepted(known: Difference, { acceptedBy, reason, requestedAt }: AcceptDifference): Decided | undefined {
  const difference = accept(known, { by: acceptedBy, reason, now: requestedAt });
  return difference && { difference };
}

function askFor({ orderId, differenceId }: Difference, repair: Exclude<Repair, { readonly kind: 'by-hand' }>): Outgoing {
  switch (repair.kind) {
    case 'take-back-documents': return { type: 'TakeBackDocuments', value: { orderId, differenceId, customerId: repair.customerId, codes: repair.codes } };
    case 'tell-crm': return { type: 'TellCrm', value: { orderId, differenceId, ...repair.end } };
    case 'take-order-on': return { type: 'TakeOrderOn', value: { orderId, differenceId } };
    default: return never(repair);
  }
}

/** The run that has seen it last. */
function runOf({ seenIn }: Difference): string {
  return seenIn.slice(0, seenIn.lastIndexOf('/'));
}
