import type { AnyMessage } from '@order-mesh/contracts';

export interface Phase {
  readonly status: 'running' | 'undoing';
  /** Null while nothing was asked of anybody yet. */
  readonly step: string | null;
}

/** An order only ever moves down this list: the way forward, then the way back. */
export const phases: readonly Phase[] = [
  { status: 'running', step: null },
  { status: 'running', step: 'credit' },
  { status: 'running', step: 'waiting-for-approval' },
  // asked again with the approval
  { status: 'running', step: 'credit' },
  { status: 'running', step: 'stock' },
  { status: 'running', step: 'contract' },
  { status: 'running', step: 'logistics' },
  { status: 'running', step: 'finance' },
  { status: 'undoing', step: 'finance' },
  { status: 'undoing', step: 'logistics' },
  { status: 'undoing', step: 'contract' },
  { status: 'undoing', step: 'stock' },
  { status: 'undoing', step: 'credit' },
];

/** How far a message shows its order to be: an index into `phases`, 0 when it says nothing about that. */
export function phaseOf(message: AnyMessage): number {
  switch (message.type) {
    case 'HoldCredit': return message.value.approvalId === null ? 1 : 3;
    case 'RequestApproval': return 2;
    case 'LockStock': return 4;
    case 'SignContract': return 5;
    case 'PlanDelivery': return 6;
    case 'BookOrder': return 7;
    case 'UnbookOrder': return 8;
    case 'CancelDelivery': return 9;
    case 'VoidContract': return 10;
    case 'ReleaseStock': return 11;
    case 'ReleaseCredit': return 12;
    default: return 0;
  }
}

/** The furthest of the phases. */
export const furthest = (one: number, other: number): number => Math.max(one, other);

/** What the phase is called; a phase this build does not know is the first. */
export const phaseAt = (index: number): Phase => phases[index] ?? { status: 'running', step: null };
