import type { Unit } from '@order-mesh/messaging';
import { expire } from '../domain/follow.ts';
import { tellEnd, type AdvancePorts } from './advance-orders.ts';
import type { KeptSaga } from './ports.ts';

/** Timers fired in one batch, at most. */
const LIMIT = 500;

/** Turns due timers into messages. Tells how many were due; call again while it is the limit. */
export const fireTimers = ({ sagas, definitions, log }: AdvancePorts) => async (unit: Unit): Promise<boolean> => {
  const due = await sagas.loadDue(unit.tx, unit.now, LIMIT);
  const changed: KeptSaga[] = [];
  for (const { state, version } of due) {
    const after = expire(definitions, state, unit.now);
    for (const send of after.sends) unit.send(send, { id: `timer/${state.id}/${version}`, trace: {} });
    if (!after.state || after.state === state) continue;
    log.warn('a step took too long', { orderId: state.id, step: stepOf(state), status: after.state.status });
    changed.push({ state: after.state, version: version + 1 });
    tellEnd(log, after.state);
  }
  if (changed.length > 0) await sagas.save(unit.tx, changed);
  return due.length === LIMIT;
};

const stepOf = (state: KeptSaga['state']): string | null => (state.status === 'running' ? state.step : state.status === 'undoing' ? state.left[0] ?? null : null);
