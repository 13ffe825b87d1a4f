import { fen, fenFromYuan } from '@order-mesh/kernel';
import type { Gateway } from '../gateway/gateway.ts';
import type { Approval } from '../gateway/order.ts';
import { shownYuan } from '../show/money.ts';

/** The most that the regional manager of the demo lets a frozen customer order for. */
const GRANTS_UP_TO = fenFromYuan('400');

/** The rule of the demo's regional manager, as the screen states it. */
export const managersRule = `the demo's regional manager lets frozen customers order for up to ${shownYuan(GRANTS_UP_TO)} yuan, and denies larger orders`;

export function decide({ amountFen }: Pick<Approval, 'amountFen'>): 'granted' | 'denied' {
  return fen(BigInt(amountFen)) <= GRANTS_UP_TO ? 'granted' : 'denied';
}

/** Decides, each time it is asked to look, what each manager sees waiting for a decision about our orders, and what was not decided before. */
export function regionalManager(gateways: readonly Gateway[], isOurs: (orderId: string) => boolean): () => Promise<void> {
  const decided = new Set<string>();
  return async () => {
    for (const gateway of gateways) {
      const open = (await gateway.approvals({ status: 'open' })).filter(({ orderId, approvalId }) => isOurs(orderId) && !decided.has(approvalId));
      for (const approval of open) {
        await gateway.decide(approval.approvalId, { decision: decide(approval), comment: managersRule });
        decided.add(approval.approvalId);
      }
    }
  };
}
