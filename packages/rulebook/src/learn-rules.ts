import type { TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import type { RuleBook } from './rule-book.ts';

export type RulebookEvent = Received<TopicMessages['rules.published.v1']>;
export type LearnRules = ReturnType<typeof learnRules>;

/** Takes in the rules that are in force from now on: for the topic `rules.published.v1`. */
export const learnRules = (rules: RuleBook) => (batch: readonly RulebookEvent[], unit: Unit): Promise<void> => rules.learn(unit.tx, batch.map(({ value }) => value));
