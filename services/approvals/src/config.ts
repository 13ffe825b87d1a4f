import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';
import { areHolidays } from './outbound/public-holidays.ts';

export interface ApprovalsConfig {
  /** Pause between two looks at what is due. */
  readonly expireEvery: Duration;
  /** Orders whose tasks are reminded of, escalated or closed in one go. */
  readonly expireAtMost: number;
  /** Public holidays of years that are not known here yet, as JSON; '' for none. */
  readonly moreHolidays: string;
}

export function readApprovalsConfig(read: ConfigReader): ApprovalsConfig {
  const moreHolidays = read.text('APPROVALS_HOLIDAYS', '');
  read.check(areHolidays(moreHolidays), 'APPROVALS_HOLIDAYS_FILE must name a file such as {"holidays": {"2027-01-01": "元旦"}, "workdays": {"2027-01-03": "元旦"}}');
  return {
    expireEvery: read.duration('APPROVALS_EXPIRE_EVERY_SECONDS', 1, 'seconds'),
    expireAtMost: read.whole('APPROVALS_EXPIRE_AT_MOST', 500, 'a whole number of orders'),
    moreHolidays,
  };
}
