import { draftOf, type Received, type Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { isTerminal, type SagaState } from '@order-mesh/saga';
import type { Definitions } from '../domain/follow.ts';
import { concernsCase, followDossier } from '../domain/follow-case.ts';
import type { Move } from '../domain/happening.ts';
import type { CaseRules } from '../domain/order-case.ts';
import type { CaseBook, KeptSaga, OrderWatch, SagaBook } from './ports.ts';

export interface AdvancePorts {
  readonly sagas: SagaBook;
  readonly cases: CaseBook;
  readonly definitions: Definitions;
  readonly rules: CaseRules;
  readonly watch: OrderWatch;
  readonly log: Log;
}

export type AdvanceOrders = (batch: readonly Received[], unit: Unit) => Promise<void>;

/** Moves every order of the batch as far as its messages take it. */
export const advanceOrders = ({ sagas, cases, definitions, rules, watch, log }: AdvancePorts): AdvanceOrders => async (batch, unit) => {
  const kept = new Map(await sagas.load(unit.tx, [...new Set(batch.map(({ key }) => key))]));
  const circumstances = { definitions, rules, now: unit.now };
  const concerned = batch.filter((message) => concernsCase(kept.get(message.key)?.state ?? null, message, circumstances)).map(({ key }) => key);
  const known = draftOf(concerned.length === 0 ? new Map() : await cases.load(unit.tx, [...new Set(concerned)]));
  const changed = new Map<string, KeptSaga>();
  const moves: Move[] = [];
  for (const message of batch) {
    const before = kept.get(message.key) ?? null;
    const caseBefore = known.get(message.key);
    const { state, orderCase, sends } = followDossier({ state: before?.state ?? null, orderCase: caseBefore }, message, circumstances);
    for (const send of sends) unit.send(send, message);
    if (orderCase && orderCase !== caseBefore) known.put(message.key, orderCase);
    if (!state || state === before?.state) continue;
    const after = { state, version: (changed.get(message.key)?.version ?? (before?.version ?? 0) + 1) };
    kept.set(message.key, { ...after, version: after.version });
    changed.set(message.key, after);
    moves.push({ before: before?.state ?? null, after: state, at: unit.now });
    tellEnd(log, state);
  }
  if (changed.size > 0) await sagas.save(unit.tx, [...changed.values()]);
  if (known.written().length > 0) await cases.save(unit.tx, known.written());
  if (moves.length > 0) unit.afterCommit(() => { watch.moved(moves); });
};

export function tellEnd(log: Log, state: SagaState): void {
  if (!isTerminal(state)) return;
  log.info(`order ${state.status}`, { orderId: state.id, ...state.refusal, tookMs: state.endedAt - state.startedAt });
}
