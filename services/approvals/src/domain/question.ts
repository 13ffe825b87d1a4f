import type { RequestApproval } from '@order-mesh/contracts';
import type { DecisionRecord } from '@order-mesh/rules';

/** What is asked, of whom, until when. */
export interface Question extends Omit<RequestApproval, 'withinWorkingHours'> {
  readonly approvalId: string;
  /** The role that may decide, too, since nobody did for long; '' before that. */
  readonly escalatedTo: string;
  /** Who was to decide by when, as rules said; null for questions older than that. */
  readonly record: DecisionRecord | null;
}
