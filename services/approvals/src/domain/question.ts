import type { RequestApproval } from '@order-mesh/contracts';

/** What is asked, of whom, until when. */
export interface Question extends Omit<RequestApproval, 'withinWorkingHours'> {
  readonly approvalId: string;
  /** The role that may decide, too, since nobody did for long; '' before that. */
  readonly escalatedTo: string;
}
