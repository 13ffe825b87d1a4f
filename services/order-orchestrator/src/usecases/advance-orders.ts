import type { Received, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { isTerminal, type SagaState } from '@order-mesh/saga';
import { follow, type Definitions } from '../domain/follow.ts';
import type { KeptSaga, SagaBook } from './ports.ts';

export interface AdvancePorts {
  readonly sagas: SagaBook;
  readonly definitions: Definitions;
  readonly log: Log;
}

export type AdvanceOrders = (batch: readonly Received[], unit: Unit) => Promise<void>;

/** Moves every order of the batch as far as its messages take it. */
export const advanceOrders = ({ sagas, definitions, log }: AdvancePorts): AdvanceOrders => async (batch, unit) => {
  const kept = new Map(await sagas.load(unit.tx, [...new Set(batch.map(({ key }) => key))]));
  const changed = new Map<string, KeptSaga>();
  for (const message of batch) {
    const before = kept.get(message.key) ?? null;
    const { state, sends } = follow(definitions, before?.state ?? null, message, unit.now);
    for (const send of sends) unit.send(send, message);
    if (!state || state === before?.state) continue;
    const after = { state, version: (changed.get(message.key)?.version ?? (before?.version ?? 0) + 1) };
    kept.set(message.key, { ...after, version: after.version });
    changed.set(message.key, after);
    tellEnd(log, state);
  }
  if (changed.size > 0) await sagas.save(unit.tx, [...changed.values()]);
};

export function tellEnd(log: Log, state: SagaState): void {
  if (!isTerminal(state)) return;
  log.info(`order ${state.status}`, { orderId: state.id, ...state.refusal, tookMs: state.endedAt - state.startedAt });
}
