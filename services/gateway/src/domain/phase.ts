import type { AnyMessage } from '@order-mesh/contracts';

export interface Phase {
  readonly status: 'running' | 'undoing';
  /** Null while nothing was asked of anybody yet. */
  readonly step: string | null;
}

/** An order only ever moves down this list, the way forward, then the way back. Views keep the numbers: a phase that came later has one in between. */
export const phases: ReadonlyMap<number, Phase> = new Map([
  [0, { status: 'running', step: null }],
  [0.2, { status: 'running', step: 'price' }],
  [0.4, { status: 'running', step: 'waiting-for-approval' }],
  // asked again with the approval
  [0.6, { status: 'running', step: 'price' }],
  [1, { status: 'running', step: 'credit' }],
  [2, { status: 'running', step: 'waiting-for-approval' }],
  [3, { status: 'running', step: 'credit' }],
  [4, { status: 'running', step: 'stock' }],
  [5, { status: 'running', step: 'contract' }],
  [6, { status: 'running', step: 'logistics' }],
  [7, { status: 'running', step: 'finance' }],
  [8, { status: 'undoing', step: 'finance' }],
  [9, { status: 'undoing', step: 'logistics' }],
  [10, { status: 'undoing', step: 'contract' }],
  [11, { status: 'undoing', step: 'stock' }],
  [12, { status: 'undoing', step: 'credit' }],
  [13, { status: 'undoing', step: 'price' }],
]);

/** How far a message shows its order to be: a number of `phases`, 0 when it says nothing about that. */
export function phaseOf(message: AnyMessage): number {
  switch (message.type) {
    case 'PriceOrder': return message.value.approvalId === null ? 0.2 : 0.6;
    case 'HoldCredit': return message.value.approvalId === null ? 1 : 3;
    case 'RequestApproval': return message.value.subject === 'price' ? 0.4 : 2;
    case 'LockStock': return 4;
    case 'SignContract': return 5;
    case 'PlanDelivery': return 6;
    case 'BookOrder': return 7;
    case 'UnbookOrder': return 8;
    case 'CancelDelivery': return 9;
    case 'VoidContract': return 10;
    case 'ReleaseStock': return 11;
    case 'ReleaseCredit': return 12;
    case 'ReleasePrice': return 13;
    default: return 0;
  }
}

/** The furthest of the phases. */
export const furthest = (one: number, other: number): number => Math.max(one, other);

/** What the phase is called; a phase this build does not know is the first. */
export const phaseAt = (number: number): Phase => phases.get(number) ?? { status: 'running', step: null };
