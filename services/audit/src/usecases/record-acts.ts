import type { Received, Unit } from '@order-mesh/messaging';
import { actIn } from '../domain/acts.ts';
import { entryOf, factOf, type Entry } from '../domain/act.ts';
import { printOf, sealAll } from '../domain/chain.ts';
import type { Ports } from './ports.ts';

export type RecordActs = ReturnType<typeof recordActs>;

export interface Recording extends Ports {
  /** So many rows may wait for an anchor; then `anchor` is called once they are committed. */
  readonly anchorEveryEntries: number;
  readonly anchor: () => void;
}

/** Enters what people did into the chain, each act once. Without an act in it a batch costs no statement. */
export const recordActs = ({ chain, mac, log, anchorEveryEntries, anchor }: Recording) => async (batch: readonly Received[], unit: Unit): Promise<void> => {
  const told = batch.flatMap((message) => {
    const act = actIn(message.type, message.value);
    return act ? [{ message, act, fact: factOf(act, message) }] : [];
  });
  if (told.length === 0) return;

  const { head, known } = await chain.load(unit.tx, [...new Set(told.map(({ fact }) => fact))]);
  const entries = new Map<string, Entry>();
  for (const { message, act, fact } of told) {
    if (known.has(fact) || entries.has(fact)) continue;
    entries.set(fact, entryOf(act, message, { position: head.position + entries.size + 1, now: unit.now }));
  }
  if (entries.size === 0) return;
  await chain.append(unit.tx, sealAll([...entries.values()], head.mac, mac), printOf(mac));
  unit.afterCommit(() => {
    for (const { position, actor, act, subject, orderId } of entries.values()) log.info('audit entry', { position, actor, act, subject, orderId });
    if (head.position + entries.size - head.anchoredPosition >= anchorEveryEntries) anchor();
  });
};
