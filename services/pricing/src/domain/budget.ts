/** What a promotion may still take off. */
export interface Budget {
  readonly rule: string;
  /** In fen, for all orders together; 0 for no end. As the rule said when it was last decided by. */
  readonly budget: bigint;
  /** What it has taken off orders that stand, in fen. */
  readonly spent: bigint;
  /** An order went without it, because too little was left. */
  readonly isStopped: boolean;
}

/** What one order takes of a promotion's budget. */
export interface Claim {
  readonly rule: string;
  /** In fen. */
  readonly amount: bigint;
  readonly budget: bigint;
}

/** The budget of a promotion; one that nothing was taken of is untouched. */
export type BudgetOf = (rule: string) => Budget;

export const untouched = (rule: string): Budget => ({ rule, budget: 0n, spent: 0n, isStopped: false });

/** Whether an order can have it: all of it or nothing, so that no order takes a budget beyond its end. */
export const hasRoom = ({ spent }: Budget, { amount, budget }: Claim): boolean => budget === 0n || spent + amount <= budget;

/** An order takes its part; the promotion goes on. */
export const spend = (known: Budget, { amount, budget }: Claim): Budget => ({ ...known, budget, spent: known.spent + amount, isStopped: false });

/** An order goes without it. */
export const stop = (known: Budget, { budget }: Claim): Budget => ({ ...known, budget, isStopped: true });

/** An order gives its part back. */
export const giveBack = (known: Budget, { amount }: Claim): Budget => ({ ...known, spent: known.spent - amount });
