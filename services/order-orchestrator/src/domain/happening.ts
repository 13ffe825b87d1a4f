import type { Duration, Instant } from '@order-mesh/kernel';
import { isTerminal, type Ended, type Running, type SagaState, type Undoing } from '@order-mesh/saga';
import type { Definitions } from './follow.ts';

/** One change of an order, as it was saved. */
export interface Move {
  readonly before: SagaState | null;
  readonly after: SagaState;
  readonly at: Instant;
}

/** What is worth measuring about a change: a step or an appeal came to something, a step was undone, the order ended. */
export type Happening =
  | { readonly type: 'step'; readonly step: string; readonly outcome: StepOutcome; readonly took: Duration }
  | { readonly type: 'appeal'; readonly step: string; readonly outcome: AppealOutcome; readonly took: Duration }
  | { readonly type: 'undo'; readonly step: string; readonly outcome: 'undone' | 'failed' }
  | { readonly type: 'end'; readonly outcome: Ended['status']; readonly step: string; readonly reason: string; readonly failed: boolean; readonly took: Duration };

export type StepOutcome = 'done' | 'refused' | 'appealed' | 'timed-out' | 'cancelled' | 'amended';
export type AppealOutcome = 'granted' | 'denied' | 'timed-out' | 'cancelled' | 'amended';

/** What a change came to. A step's time runs from its last ask, which its deadline tells. */
export function happeningsOf(definitions: Definitions, move: Move): readonly Happening[] {
  const { before, after, at } = move;
  const left = before?.status === 'running' ? ofStep(definitions, before, move) : before?.status === 'undoing' ? ofUndo(before, after) : [];
  if (!isTerminal(after) || before?.status === after.status) return left;
  const { step, reason } = after.refusal ?? { step: '', reason: '' };
  return [...left, { type: 'end', outcome: after.status, step, reason, failed: isFailure(after), took: at - after.startedAt }];
}

/** What the service level calls failed: it needs a person, or a step did not answer in time, but for the signature, which is the customer's. A refusal is an answer. */
function isFailure({ status, refusal }: Ended): boolean {
  return status === 'manual' || (status === 'rejected' && refusal?.reason === 'timed-out' && refusal.step !== 'contract');
}

function ofStep(definitions: Definitions, before: Running, { after, at }: Move): readonly Happening[] {
  const { step, phase, deadline } = before;
  const spec = definitions.named(before.definition).steps.find(({ name }) => name === step);
  if (!spec || isSamePlace(before, after)) return [];
  if (phase.type === 'asked') return [{ type: 'step', step, outcome: stepOutcome(before, after), took: at - (deadline - spec.within) }];
  if (phase.type === 'appealed' && spec.appeal) return [{ type: 'appeal', step, outcome: appealOutcome(before, after), took: at - (deadline - spec.appeal.within) }];
  return [];
}

function isSamePlace({ step, phase }: Running, after: SagaState): boolean {
  return after.status === 'running' && after.step === step && after.phase.type === phase.type && revisionOf(after.phase) === revisionOf(phase);
}

const revisionOf = (phase: Running['phase']): number => (phase.type === 'retracted' ? 0 : phase.revision ?? 0);

function stepOutcome(before: Running, after: SagaState): StepOutcome {
  if (after.status === 'running') {
    if (after.step === before.step) return after.phase.type === 'appealed' ? 'appealed' : 'amended';
    return !before.amending && after.amending?.resume === before.step ? 'amended' : 'done';
  }
  if (after.status === 'confirmed') return 'done';
  const why = whyItEnds(after);
  return why === 'cancelled' || why === 'timed-out' ? why : 'refused';
}

function appealOutcome(before: Running, after: SagaState): AppealOutcome {
  if (after.status === 'running') return after.step === before.step && after.phase.type === 'asked' && after.phase.approvalId !== null ? 'granted' : 'amended';
  const why = whyItEnds(after);
  return why === 'cancelled' ? why : why === 'appeal-timed-out' ? 'timed-out' : 'denied';
}

/** The code of the refusal, or `cancelled`. */
function whyItEnds(after: Exclude<SagaState, Running>): string {
  if (after.status === 'undoing') return after.because.type === 'cancelled' ? 'cancelled' : after.because.refusal.reason;
  return after.status === 'cancelled' ? 'cancelled' : after.refusal?.reason ?? '';
}

function ofUndo({ left: [step], left, stuck }: Undoing, after: SagaState): readonly Happening[] {
  const isOver = after.status !== 'undoing' || after.left.length < left.length;
  if (step === undefined || !isOver) return [];
  return [{ type: 'undo', step, outcome: failedIn(after) > stuck.length ? 'failed' : 'undone' }];
}

function failedIn(state: SagaState): number {
  if (state.status === 'undoing') return state.stuck.length;
  return state.status === 'manual' ? state.stuck?.length ?? 1 : 0;
}
