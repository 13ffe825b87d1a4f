import type { Unit } from '@order-mesh/messaging';
import type { Ports, Setup } from './ports.ts';

const AT_MOST = 100;

export type CheckOpenCards = ReturnType<typeof checkOpenCards>;

/** Asks how the cards stand whose callback may have been lost. */
export const checkOpenCards = ({ cards, desk }: Pick<Ports, 'cards' | 'desk'>, { checkEvery }: Setup) => async (unit: Unit): Promise<void> => {
  const due = await cards.takeDue(unit.tx, { now: unit.now, nextAt: unit.now + checkEvery, atMost: AT_MOST });
  const spNos = due.flatMap((card) => (card.status === 'open' ? [card.spNo, card.otherSpNo] : [])).filter((spNo) => spNo !== null);
  await desk.read(unit, spNos.map((spNo) => ({ spNo, key: `read/${spNo}`, cause: { id: `check/${spNo}/${unit.now}`, trace: {} } })));
};
