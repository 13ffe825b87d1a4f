import type { Fen, Instant } from '@order-mesh/kernel';

/** What is asked of whom: the part of a task that its card needs. */
export interface Question {
  readonly approvalId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Fen;
  readonly deadline: Instant;
  /** Who may decide, by their WeCom userid. */
  readonly approvers: readonly string[];
}

/** What was decided on the card. */
export interface Answer {
  readonly decision: 'granted' | 'denied';
  /** The WeCom userid. */
  readonly decider: string;
  /** As the task records it. */
  readonly decidedBy: string;
}

/** How a task was settled. */
export interface Verdict {
  readonly outcome: 'granted' | 'denied' | 'expired' | 'withdrawn';
  /** Who decided, where that is told. */
  readonly by: string | null;
  /** Why, in words; may be empty. */
  readonly detail: string;
}
