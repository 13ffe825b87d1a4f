import type { TopicMessages } from '@order-mesh/contracts';
import { never, type Instant } from '@order-mesh/kernel';
import { draftOf, type Draft, type Received, type Unit } from '@order-mesh/messaging';
import { contractTemplate, type CompiledRules } from '@order-mesh/rules';
import { noteRecalled, signContract, voidContract, voidingOf, type Contract, type Step } from '../domain/contract.ts';
import { decideForm, formOf } from '../domain/form.ts';
import { termsOf } from '../domain/terms.ts';
import type { Ports, Voiding } from './ports.ts';

export type ContractCommand = Received<TopicMessages['contract.commands.v1']>;
export type AnswerContract = ReturnType<typeof answerContract>;
type SignContract = Extract<ContractCommand, { readonly type: 'SignContract' }>;

/** Has contracts signed and makes them void, in the order asked. Their form is decided by rules; what needs the provider or the parties is answered when they have. */
export const answerContract = ({ contracts, rules, office, log }: Pick<Ports, 'contracts' | 'rules' | 'office' | 'log'>) => async (batch: readonly ContractCommand[], unit: Unit): Promise<void> => {
  // asked for together, they travel together
  const [known, inForce] = await Promise.all([contracts.load(unit.tx, batch.map(({ value }) => value.orderId)), rules.at(unit.tx, contractTemplate)]);
  const draft = draftOf(known);
  const wanted: Wanted = { sign: new Map(), recall: new Map(), makeVoid: new Map() };
  const take = ({ contract, tell }: Step, message: ContractCommand) => {
    draft.put(contract.orderId, contract);
    if (tell) unit.send(tell, message);
    log.info(`contract ${contract.status}`, { orderId: contract.orderId, asked: message.type, told: tell?.type, rule: contract.record?.rule });
  };

  for (const message of batch) {
    const step = decide(message, draft, { rules: inForce, now: unit.now });
    // What this very batch wanted to have signed is made void without asking anybody
    const unasked = step.ask === 'recall' && wanted.sign.delete(step.contract.orderId);
    take(unasked ? noteRecalled(step.contract) : step, message);
    if (!unasked) note(wanted, step, message);
  }
  const recalled = [...wanted.recall.keys()].flatMap((orderId) => draft.get(orderId) ?? []);
  for (const orderId of await office.recall(unit, recalled)) {
    const [contract, message] = [draft.get(orderId), wanted.recall.get(orderId)];
    if (contract && message) take(noteRecalled(contract), message);
  }
  await contracts.save(unit.tx, draft.written());
  await office.send(unit, [...wanted.sign].map(([orderId, message]) => ({ ...termsOf(message.value, formOf(draft.get(orderId)?.record ?? null)), cause: message })));
  await office.makeVoid(unit, [...wanted.makeVoid.values()].map(({ voiding, message }) => ({ ...voiding, cause: message })));
};

/** What the batch wants of the provider, by order. */
interface Wanted {
  readonly sign: Map<string, SignContract>;
  readonly recall: Map<string, ContractCommand>;
  readonly makeVoid: Map<string, { readonly voiding: Voiding; readonly message: ContractCommand }>;
}

interface Means {
  readonly rules: CompiledRules;
  readonly now: Instant;
}

function decide(message: ContractCommand, draft: Draft<Contract>, { rules, now }: Means): Step {
  const { orderId } = message.value;
  switch (message.type) {
    case 'SignContract': return signContract(draft.get(orderId), message.value, () => decideForm(rules, message.value, now));
    case 'VoidContract': return voidContract(draft.get(orderId), message.value);
    default: return never(message);
  }
}

function note(wanted: Wanted, { ask, contract }: Step, message: ContractCommand): void {
  const { orderId } = contract;
  if (ask === 'sign' && message.type === 'SignContract') wanted.sign.set(orderId, message);
  if (ask === 'recall') wanted.recall.set(orderId, message);
  if (ask === 'void' && contract.status === 'voiding') {
    wanted.makeVoid.set(orderId, { voiding: voidingOf(contract), message });
  }
}
