import type { Unit } from '@order-mesh/messaging';
import { noteNotShown, noteRead, noteShown, type Card, type Step } from '../domain/card.ts';
import { handOf, type HandPorts } from './hand.ts';
import type { CardAnswer, Setup } from './ports.ts';

export type SettleCards = ReturnType<typeof settleCards>;

/** Goes on with the cards that WeCom has answered for: what was decided on one is proposed to whoever keeps the task. */
export const settleCards = (ports: HandPorts, setup: Setup) => async (answers: readonly CardAnswer[], unit: Unit): Promise<void> => {
  const hand = handOf(await ports.cards.ofTasks(unit.tx, answers.map(taskOf)), unit, ports);
  for (const answer of answers) {
    const card = hand.card(taskOf(answer));
    if (card) hand.take(stepOf(card, answer, setup, unit), answer.cause);
    else ports.log.warn('a card of no task of ours', { approvalId: taskOf(answer) });
  }
  await hand.layDown();
};

const taskOf = (answer: CardAnswer): string => (answer.type === 'read' ? answer.reading.approvalId : answer.approvalId);

function stepOf(card: Card, answer: CardAnswer, { checkEvery, nameOf }: Setup, { now }: Unit): Step {
  const checkAt = now + checkEvery;
  if (answer.type === 'read') return noteRead(card, answer.reading, { checkAt, nameOf });
  const { outcome } = answer;
  return outcome.type === 'shown' ? noteShown(card, outcome.spNo, checkAt) : noteNotShown(card, outcome.detail);
}
