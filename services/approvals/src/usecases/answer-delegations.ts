import type { DelegationChanged, TopicMessages } from '@order-mesh/contracts';
import { never, type Instant } from '@order-mesh/kernel';
import { draftOf, type Draft, type Received, type Unit } from '@order-mesh/messaging';
import { changeOf, delegate, endDelegation, refusalOf, type Delegation } from '../domain/delegation.ts';
import type { Ports } from './ports.ts';

export type DelegationCommand = Received<TopicMessages['delegations.commands.v1']>;
export type AnswerDelegations = ReturnType<typeof answerDelegations>;

/** Lets deputies decide for those who are away, and no more when they are back; each ask is answered with how the delegation stands. */
export const answerDelegations = ({ delegations, people, log }: Pick<Ports, 'delegations' | 'people' | 'log'>) => async (batch: readonly DelegationCommand[], unit: Unit): Promise<void> => {
  const known = draftOf(await delegations.load(unit.tx, batch.map(({ value }) => value.delegationId)));
  for (const message of batch) {
    const change = changeBy(message, { known, people, now: unit.now });
    if (change) unit.send({ type: 'DelegationChanged', value: change }, message);
    log.info(change ? `delegation ${change.state}` : 'no such delegation', { ...(change ?? message.value) });
  }
  await delegations.save(unit.tx, known.written());
};

interface Means extends Pick<Ports, 'people'> {
  readonly known: Draft<Delegation>;
  readonly now: Instant;
}

function changeBy({ type, value }: DelegationCommand, { known, people, now }: Means): DelegationChanged | undefined {
  const before = known.get(value.delegationId);
  switch (type) {
    case 'DelegateApprovals': {
      const asked = delegate(people, before, value);
      if (asked.type === 'refused') return refusalOf(value, asked.detail, now);
      if (!before) known.put(value.delegationId, asked.delegation);
      return changeOf(asked.delegation, now);
    }
    case 'EndDelegation': {
      if (!before) return undefined;
      const ended = endDelegation(before, value);
      if (ended !== before) known.put(value.delegationId, ended);
      return changeOf(ended, now);
    }
    default: return never(type);
  }
}
