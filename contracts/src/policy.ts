import { days, hours, minutes, type Duration } from '@order-mesh/kernel';

/** The thresholds the business sets, in one record: services read it at start and decide by nothing else. */
export interface Policy {
  readonly credit: {
    /** An account freezes when its oldest open receivable is overdue by more than this many days. */
    readonly freezeAfterDaysOverdue: number;
    /** Who may overturn a freeze. */
    readonly freezeOverturnedBy: string;
    /** How long that person has, in hours of working time; then the refusal stands. 0: `approvalWithinHours` counts instead. */
    readonly approvalWithinWorkingHours: number;
    /** The same in hours by the clock, nights and holidays included. */
    readonly approvalWithinHours: number;
  };
  readonly approvals: {
    /** When work begins on a working day, in Beijing: 09:00. */
    readonly workFrom: string;
    /** When it ends. */
    readonly workUntil: string;
    /** After which part of the time for a decision those who may decide are reminded, in percent; 0: never. */
    readonly remindAfterPercent: number;
    /** After which part the next role may decide, too; 0: never. */
    readonly escalateAfterPercent: number;
    /** The next role, by role. */
    readonly escalateTo: Readonly<Record<string, string>>;
  };
  readonly inventory: {
    /** Stock promised to an order is given back after this many days, unless the order is confirmed. */
    readonly lockTtlDays: number;
    /** A replenishment suggestion fills the stock up to this multiple of the safety level. */
    readonly replenishToTimesSafety: number;
  };
  readonly order: {
    /** More lines than this are refused at the border. */
    readonly maxLines: number;
  };
  readonly cases: {
    /** The role that looks after orders which need a person. */
    readonly owner: string;
    /** A case is due this many hours after it was opened. */
    readonly dueWithinHours: number;
    /** An order that nothing moves is a case this many minutes after its deadline. */
    readonly stuckAfterMinutes: number;
  };
}

export const defaultPolicy: Policy = {
  credit: { freezeAfterDaysOverdue: 45, freezeOverturnedBy: 'regional-manager', approvalWithinWorkingHours: 9, approvalWithinHours: 24 },
  approvals: { workFrom: '09:00', workUntil: '18:00', remindAfterPercent: 50, escalateAfterPercent: 75, escalateTo: { 'regional-manager': 'sales-director' } },
  inventory: { lockTtlDays: 10, replenishToTimesSafety: 2 },
  order: { maxLines: 500 },
  cases: { owner: 'operations', dueWithinHours: 4, stuckAfterMinutes: 15 },
};

/** Minutes from midnight to a time of day such as 09:00. */
export function minutesOfDay(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

/**
 * Longer than any question can wait for a person's decision, whichever holidays lie ahead. Every working day may cost two days, and two weeks more
 * are off besides: the longest holiday yet, with the working days exchanged for it, took eleven days.
 */
export function longestWaitForApproval({ credit, approvals }: Policy): Duration {
  if (credit.approvalWithinWorkingHours === 0) return hours(credit.approvalWithinHours + 1);
  const workingDay = minutes(minutesOfDay(approvals.workUntil) - minutesOfDay(approvals.workFrom));
  return days(2 * (Math.ceil(hours(credit.approvalWithinWorkingHours) / workingDay) + 1) + 14);
}
