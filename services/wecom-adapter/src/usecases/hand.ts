import type { Unit } from '@order-mesh/messaging';
import type { Raised } from '../domain/alert.ts';
import type { Card, Step } from '../domain/card.ts';
import { noteAlerts } from './note-alerts.ts';
import type { CardAnswer, Ports } from './ports.ts';

type Cause = CardAnswer['cause'];
type Kept<Thing> = Thing & { readonly cause: Cause };

/** The cards one batch has in hand, and what it wants to be done about them. */
export interface Hand {
  card(approvalId: string): Card | undefined;
  cardsOf(orderId: string): readonly Card[];
  /** Takes a step: the card as it is now, the decision sent, people told. */
  take(step: Step, cause: Cause): void;
  /** Writes it all down. */
  layDown(): Promise<void>;
}

export type HandPorts = Pick<Ports, 'cards' | 'alerts' | 'rules' | 'messenger' | 'log'>;

/** Takes cards in hand for one unit. */
export function handOf(loaded: readonly Card[], unit: Unit, ports: HandPorts): Hand {
  const { cards, messenger, log } = ports;
  const held = new Map(loaded.map((card) => [card.approvalId, card]));
  const changed = new Set<string>();
  const told: Kept<NonNullable<Step['tell']>>[] = [];
  const alarmed: Raised[] = [];
  return {
    card: (approvalId) => held.get(approvalId),
    cardsOf: (orderId) => [...held.values()].filter((card) => card.orderId === orderId),
    take({ card, decide, tell, alert }, cause) {
      if (held.get(card.approvalId) !== card) {
        changed.add(card.approvalId);
        log.info(`card ${card.status}`, { orderId: card.orderId, approvalId: card.approvalId, ...('spNo' in card && { spNo: card.spNo }) });
      }
      held.set(card.approvalId, card);
      if (decide) unit.send({ type: 'DecideApproval', value: decide }, cause);
      if (tell) told.push({ ...tell, cause });
      if (alert !== undefined) alarmed.push({ key: `card/${card.approvalId}/${card.status}`, line: alert, at: unit.now, about: { kind: 'card', reason: card.status, amount: card.amount } });
    },
    async layDown() {
      await cards.save(unit.tx, [...held.values()].filter(({ approvalId }) => changed.has(approvalId)));
      await noteAlerts(ports, unit, alarmed);
      await messenger.tell(unit, told);
    },
  };
}
