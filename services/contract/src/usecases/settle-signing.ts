import { never } from '@order-mesh/kernel';
import { draftOf, type Unit } from '@order-mesh/messaging';
import { noteReading, noteSent, noteVoided, voidingOf, type Contract, type Step } from '../domain/contract.ts';
import { watchFrom } from '../domain/watch.ts';
import type { OfficeAnswer, Ports } from './ports.ts';

export type SettleSigning = ReturnType<typeof settleSigning>;

/** Goes on with the orders whose provider has answered. */
export const settleSigning = ({ contracts, log }: Pick<Ports, 'contracts' | 'log'>) =>
  async (answers: readonly OfficeAnswer[], unit: Unit, office: Pick<Ports['office'], 'makeVoid'>): Promise<void> => {
    const draft = draftOf(await contracts.load(unit.tx, answers.map(({ orderId }) => orderId)));
    const voidings = [];
    for (const answer of answers) {
      const known = draft.get(answer.orderId);
      if (!known) {
        log.error('the signing provider answered for an order without a contract', { orderId: answer.orderId });
        continue;
      }
      const { contract, tell, ask } = goOn(known, answer, unit);
      if (contract === known) continue;
      draft.put(contract.orderId, contract);
      if (tell) unit.send(tell, answer.cause);
      if (ask === 'void' && contract.status === 'voiding') {
        voidings.push({ ...voidingOf(contract), cause: answer.cause });
      }
      log.info(`contract ${contract.status}`, { orderId: contract.orderId, answered: answer.type, ...tell?.value });
    }
    await contracts.save(unit.tx, draft.written());
    await office.makeVoid(unit, voidings);
  };

function goOn(known: Contract, answer: OfficeAnswer, { now }: Unit): Step {
  switch (answer.type) {
    case 'sending': return noteSent(known, answer.outcome, watchFrom(now));
    case 'voiding': return noteVoided(known, answer.outcome, watchFrom(now));
    // the flow of a contract that was made void says nothing about the one after it
    case 'reading': return 'signFlowId' in known && known.signFlowId === answer.signFlowId ? noteReading(known, answer.reading, answer.round) : { contract: known };
    default: return never(answer);
  }
}
