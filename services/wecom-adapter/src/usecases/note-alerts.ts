import { alert as alertPoint } from '@order-mesh/rules';
import type { Unit } from '@order-mesh/messaging';
import type { Raised } from '../domain/alert.ts';
import { routeAlert } from '../domain/routing.ts';
import type { Ports } from './ports.ts';

/** Notes what there is to tell, and whom rules say it is told. What is noted already stays as it was decided. */
export async function noteAlerts({ alerts, rules }: Pick<Ports, 'alerts' | 'rules'>, { tx, now }: Pick<Unit, 'tx' | 'now'>, raised: readonly Raised[]): Promise<void> {
  if (raised.length === 0) return;
  const inForce = await rules.at(tx, alertPoint);
  await alerts.note(tx, raised.map((one) => routeAlert(inForce, one, now)));
}
