import type { Instant } from '@order-mesh/kernel';
import type { Partner } from '@order-mesh/outbound';
import { utc } from '../domain/order-item.ts';

/** A partner system as it is shown: plain JSON, times in UTC. */
export const partnerItemOf = ({ since, oldestAt, share, ledgers, ...partner }: Partner) => ({
  ...partner, since: utc(since), share: Math.round(share * 100) / 100, oldestAt: momentOf(oldestAt),
  ledgers: ledgers.map((one) => ({ ...one, oldestAt: momentOf(one.oldestAt), throttledUntil: momentOf(one.throttledUntil) })),
});

const momentOf = (at: Instant | null): string | null => (at === null ? null : utc(at));
