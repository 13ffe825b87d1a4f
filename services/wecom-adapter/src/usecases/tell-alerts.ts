import { days } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { digestOf } from '../domain/alert.ts';
import { byRecipient, nameOf } from '../domain/routing.ts';
import type { Ports, Setup } from './ports.ts';

const AT_MOST = 500;
const KEPT_FOR = days(31);

export type TellAlerts = ReturnType<typeof tellAlerts>;

/** Tells everything nobody was told yet, in one message to each role and one to those who look after the mesh. */
export const tellAlerts = ({ alerts, messenger, log }: Pick<Ports, 'alerts' | 'messenger' | 'log'>, { alertRoles }: Pick<Setup, 'alertRoles'>) => async (unit: Unit): Promise<void> => {
  const untold = await alerts.takeUntold(unit.tx, unit.now, AT_MOST);
  const [first] = untold;
  if (!first) return;
  for (const [role, told] of byRecipient(untold, alertRoles)) {
    await messenger.alert(unit, { key: `${first.key}/${unit.now}/${role}`, text: digestOf(told, nameOf(role)), users: alertRoles.get(role) ?? null });
  }
  await alerts.forget(unit.tx, unit.now - KEPT_FOR);
  log.info('people alerted', { count: untold.length });
};
