/** The thresholds the business sets, in one record: services read it at start and decide by nothing else. */
export interface Policy {
  readonly credit: {
    /** An account freezes when its oldest open receivable is overdue by more than this many days. */
    readonly freezeAfterDaysOverdue: number;
    /** Who may overturn a freeze. */
    readonly freezeOverturnedBy: string;
    /** How long that person has, in hours; then the refusal stands. */
    readonly approvalWithinHours: number;
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
  credit: { freezeAfterDaysOverdue: 45, freezeOverturnedBy: 'regional-manager', approvalWithinHours: 24 },
  inventory: { lockTtlDays: 10, replenishToTimesSafety: 2 },
  order: { maxLines: 500 },
  cases: { owner: 'operations', dueWithinHours: 4, stuckAfterMinutes: 15 },
};
