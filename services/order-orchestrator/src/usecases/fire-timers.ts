import { draftOf, type Unit } from '@order-mesh/messaging';
import { expire } from '../domain/follow.ts';
import { withCase } from '../domain/follow-case.ts';
import type { Move } from '../domain/happening.ts';
import { tellEnd, type AdvancePorts } from './advance-orders.ts';
import type { KeptSaga } from './ports.ts';

/** Timers fired in one batch, at most. */
const LIMIT = 500;

/** Turns due timers into messages, but for orders on a definition that this build does not know. Tells how many were due; call again while it is the limit. */
export const fireTimers = ({ sagas, cases, definitions, rules, watch, log }: AdvancePorts) => async (unit: Unit): Promise<boolean> => {
  const due = await sagas.loadDue(unit.tx, unit.now, { definitions: definitions.names, limit: LIMIT });
  const undoing = due.filter(({ state }) => state.status === 'undoing').map(({ state }) => state.id);
  const known = draftOf(undoing.length === 0 ? new Map() : await cases.load(unit.tx, undoing));
  const changed: KeptSaga[] = [];
  const moves: Move[] = [];
  for (const { state, version } of due) {
    const caseBefore = known.get(state.id);
    const after = withCase({ state, orderCase: caseBefore }, expire(definitions, state, unit.now), { definitions, rules, now: unit.now });
    for (const send of after.sends) unit.send(send, { id: `timer/${state.id}/${version}`, trace: {} });
    if (!after.state || after.state === state) continue;
    log.warn('a step took too long', { orderId: state.id, step: stepOf(state), status: after.state.status });
    if (after.orderCase && after.orderCase !== caseBefore) known.put(state.id, after.orderCase);
    changed.push({ state: after.state, version: version + 1 });
    moves.push({ before: state, after: after.state, at: unit.now });
    tellEnd(log, after.state);
  }
  if (changed.length > 0) await sagas.save(unit.tx, changed);
  if (known.written().length > 0) await cases.save(unit.tx, known.written());
  if (moves.length > 0) unit.afterCommit(() => { watch.moved(moves); });
  return due.length === LIMIT;
};

const stepOf = (state: KeptSaga['state']): string | null => (state.status === 'running' ? state.step : state.status === 'undoing' ? state.left[0] ?? null : null);
