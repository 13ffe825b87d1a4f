import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';
import type { Directory } from './domain/people.ts';
import { areHolidays } from './outbound/public-holidays.ts';
import { readPeople } from './people-file.ts';

export interface ApprovalsConfig {
  /** Pause between two looks at what is due. */
  readonly expireEvery: Duration;
  /** Orders whose tasks are reminded of, escalated or closed in one go. */
  readonly expireAtMost: number;
  /** Public holidays of years that are not known here yet, as JSON; '' for none. */
  readonly moreHolidays: string;
  /** Who may decide what; null where that is not checked here. */
  readonly people: Directory | null;
}

export function readApprovalsConfig(read: ConfigReader): ApprovalsConfig {
  const moreHolidays = read.text('APPROVALS_HOLIDAYS', '');
  read.check(areHolidays(moreHolidays), 'APPROVALS_HOLIDAYS_FILE must name a file such as {"holidays": {"2027-01-01": "元旦"}, "workdays": {"2027-01-03": "元旦"}}');
  const people = peopleIn(read);
  return {
    expireEvery: read.duration('APPROVALS_EXPIRE_EVERY_SECONDS', 1, 'seconds'),
    expireAtMost: read.whole('APPROVALS_EXPIRE_AT_MOST', 500, 'a whole number of orders'),
    moreHolidays,
    people,
  };
}

function peopleIn(read: ConfigReader): Directory | null {
  const json = read.text('APPROVALS_PEOPLE', '');
  if (json === '') return null;
  const told = readPeople(json);
  read.check(told.type === 'read', `APPROVALS_PEOPLE_FILE must list people such as [{"name": "Li Na", "roles": ["regional-manager"]}]: ${told.type === 'read' ? '' : told.problem}`);
  return told.type === 'read' ? told.people : null;
}
