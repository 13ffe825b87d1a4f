import { minutes } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { deadlineOf, type SagaState } from '@order-mesh/saga';
import { closeCase, openCase, type CaseStep, type Opening } from '../domain/order-case.ts';
import type { AdvancePorts } from './advance-orders.ts';

/** Cases opened or closed in one batch, at most. */
const LIMIT = 500;

/**
 * Opens a case for every order whose deadline passed a while ago and which nothing moves (its timer cannot be fired, say), and for those that need a person and have
 * none yet; closes those that went on after all. Tells whether there may be more.
 */
export const findStuckOrders = ({ sagas, cases, definitions, rules, log }: AdvancePorts) => async (unit: Unit): Promise<boolean> => {
  const before = unit.now - minutes(rules.stuckAfterMinutes);
  const stuck = await sagas.loadStuck(unit.tx, before, LIMIT);
  const known = await cases.load(unit.tx, stuck.map(({ state }) => state.id));
  const goneOn = await cases.loadGoneOn(unit.tx, before, LIMIT);
  const steps: readonly CaseStep[] = [
    ...stuck.map(({ state }) => openCase(known.get(state.id), openingOf(state, definitions.knows(state.definition)), rules, unit.now)),
    ...goneOn.map((orderCase) => closeCase(orderCase, 'went-on', unit.now)),
  ];
  for (const { orderCase, told } of steps) {
    for (const message of told) unit.send(message, { id: `case/${orderCase?.orderId ?? ''}/${orderCase?.opening ?? 0}/${orderCase?.status ?? ''}`, trace: {} });
    log.warn(`case ${orderCase?.status ?? ''}`, { orderId: orderCase?.orderId, kind: orderCase?.kind, ...orderCase?.refusal });
  }
  if (steps.length > 0) await cases.save(unit.tx, steps.flatMap(({ orderCase }) => orderCase ?? []));
  return stuck.length === LIMIT || goneOn.length === LIMIT;
};

function openingOf(state: SagaState, isKnown: boolean): Opening {
  if (state.status === 'manual') return { orderId: state.id, kind: 'undo-failed', refusal: state.refusal };
  const step = state.status === 'running' ? state.step : state.status === 'undoing' ? state.left[0] ?? '' : '';
  const since = new Date(deadlineOf(state) ?? 0).toISOString();
  const refusal = isKnown
    ? { step, reason: 'deadline-passed', detail: `${step} was due at ${since} and nothing has moved the order since; look at the log of order-orchestrator` }
    : { step, reason: 'unknown-definition', detail: `it follows ${state.definition}, which this build does not know; start a build that does` };
  return { orderId: state.id, kind: 'stuck', refusal };
}
