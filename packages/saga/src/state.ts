import type { Instant } from '@order-mesh/kernel';
import type { Facts, Refusal } from './definition.ts';

/** Where one saga is. Plain data: it lives in a row and is replayed in tests. */
export type SagaState = Running | Undoing | Settled | Manual;

interface Common {
  /** `name@version` of the definition it began with. */
  readonly definition: string;
  readonly id: string;
  /** What is known: the input and the answers of the steps done, by name. */
  readonly facts: Facts;
  readonly startedAt: Instant;
  /** How often what it began with was changed; absent while never. */
  readonly revision?: number;
}

export interface Running extends Common {
  readonly status: 'running';
  readonly step: string;
  readonly phase: Phase;
  readonly deadline: Instant;
  readonly amending?: Amending;
}

export type Phase =
  /** The step was asked; at which revision, if it was not the first. */
  | { readonly type: 'asked'; readonly approvalId: string | null; readonly revision?: number }
  /** Its refusal was appealed; at which revision, if it was not the first. */
  | { readonly type: 'appealed'; readonly refusal: Refusal; readonly revision?: number }
  /** It is undone, to be asked otherwise. */
  | { readonly type: 'retracted' };

/** What it began with is being changed: steps done before are asked again, first those before the step it was at. */
export interface Amending {
  /** What it began with before; it goes back to it when a step refuses. */
  readonly before: unknown;
  /** Steps that are to be asked again, the one in progress first. */
  readonly left: readonly string[];
  /** Steps that have agreed to the change. */
  readonly agreed: readonly string[];
  /** The step it was at, and goes on with. */
  readonly resume: string;
  /** A step has refused: those that had agreed are asked for what was before. */
  readonly goesBack: boolean;
  /** The step it was at had been refused and has done nothing: it is asked anew once the others have agreed. */
  readonly anew?: true;
  /** What was wanted meanwhile; the last one counts. */
  readonly next?: { readonly input: unknown };
}

export interface Undoing extends Common {
  readonly status: 'undoing';
  readonly because: Because;
  /** Steps still to be undone, the one in progress first. */
  readonly left: readonly string[];
  readonly tries: number;
  readonly deadline: Instant;
  /** Undos that finally failed. */
  readonly stuck: readonly Refusal[];
  /** A person has them tried once more. */
  readonly again?: true;
}

export type Because = { readonly type: 'rejected'; readonly refusal: Refusal } | { readonly type: 'cancelled'; readonly reason: string };

export interface Settled extends Common {
  readonly status: 'confirmed' | 'rejected' | 'cancelled';
  readonly refusal: Refusal | null;
  readonly endedAt: Instant;
}

/** Undos finally failed: only a person's decision leads on from here. */
export interface Manual extends Common {
  readonly status: 'manual';
  readonly refusal: Refusal;
  readonly endedAt: Instant;
  /** What it ends as once everything is undone, and what is not; absent in rows of older builds. */
  readonly because?: Because;
  readonly stuck?: readonly Refusal[];
}

export type Ended = Settled | Manual;

/** What is left to be undone by a person, and what the saga is undone for. */
export function leftOver({ refusal, because, stuck }: Manual): { readonly because: Because; readonly stuck: readonly Refusal[] } {
  return { because: because ?? { type: 'rejected', refusal }, stuck: stuck ?? [refusal] };
}

/** When a timer is due, if one runs. */
export function deadlineOf(state: SagaState): Instant | null {
  return state.status === 'running' || state.status === 'undoing' ? state.deadline : null;
}

export function isTerminal(state: SagaState): state is Ended {
  return state.status !== 'running' && state.status !== 'undoing';
}
