import type { TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import type { RuleBook } from './rule-book.ts';

export type RulebookEvent = Received<TopicMessages['rules.published.v1']>;
export type LearnRules = ReturnType<typeof learnRules>;

/** Takes in the rules that are in force from now on, and those that decide silently beside them: for the topic `rules.published.v1`. */
export const learnRules = (rules: RuleBook) => async (batch: readonly RulebookEvent[], unit: Unit): Promise<void> => {
  const published = batch.flatMap((message) => (message.type === 'RulesPublished' ? [message.value] : []));
  const shadowed = batch.flatMap((message) => (message.type === 'RulesShadowed' ? [message.value] : []));
  if (published.length > 0) await rules.learn(unit.tx, published);
  if (shadowed.length > 0) await rules.shadows.learn(unit.tx, shadowed);
};
