import type { Partner } from '@order-mesh/outbound';
import { utc } from '../domain/order-item.ts';

/** A partner system as it is shown: plain JSON, times in UTC. */
export const partnerItemOf = ({ since, oldestAt, share, ...partner }: Partner) => ({
  ...partner, since: utc(since), share: Math.round(share * 100) / 100, oldestAt: oldestAt === null ? null : utc(oldestAt),
});
