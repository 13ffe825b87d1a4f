import { days } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { digestOf } from '../domain/alert.ts';
import type { Ports } from './ports.ts';

const AT_MOST = 500;
const KEPT_FOR = days(31);

export type TellAlerts = ReturnType<typeof tellAlerts>;

/** Tells everything nobody was told yet, in one message. */
export const tellAlerts = ({ alerts, messenger, log }: Pick<Ports, 'alerts' | 'messenger' | 'log'>) => async (unit: Unit): Promise<void> => {
  const untold = await alerts.takeUntold(unit.tx, unit.now, AT_MOST);
  const [first] = untold;
  if (!first) return;
  await messenger.alert(unit, { key: `${first.key}/${unit.now}`, text: digestOf(untold) });
  await alerts.forget(unit.tx, unit.now - KEPT_FOR);
  log.info('people alerted', { count: untold.length });
};
