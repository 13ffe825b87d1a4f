import { never, type Instant } from '@order-mesh/kernel';
import { agreed, amend, disagreed, retracted, type Amended } from './amend.ts';
import type { Refusal, Saga } from './definition.ts';
import { advanced, ask, askUndo, end, endUndone, ignored, indexOf, known, outgoing, proceed, startUndo, stepNamed, undoAll, undoNext, type Advanced, type Turn } from './moves.ts';
import { leftOver, type Manual, type Running, type SagaState, type Undoing } from './state.ts';

/** Everything that can happen to a saga. */
export type SagaMessage =
  | { readonly type: 'begin'; readonly input: unknown }
  /** `revision` is that of the ask which is answered, where the answer tells it. */
  | { readonly type: 'done'; readonly step: string; readonly value: unknown; readonly revision?: number }
  | { readonly type: 'refused'; readonly step: string; readonly reason: string; readonly detail: string; readonly appealable: boolean; readonly revision?: number; readonly evidence?: unknown }
  | { readonly type: 'overturned'; readonly step: string; readonly approvalId: string; readonly revision?: number }
  | { readonly type: 'upheld'; readonly step: string; readonly reason: string; readonly detail: string; readonly revision?: number }
  | { readonly type: 'undone'; readonly step: string }
  | { readonly type: 'undoRefused'; readonly step: string; readonly reason: string; readonly detail: string }
  | { readonly type: 'timedOut' }
  | { readonly type: 'cancelled'; readonly reason: string }
  /** What it began with shall be something else. */
  | { readonly type: 'amended'; readonly input: unknown }
  /** A person has the undos that finally failed tried once more. */
  | { readonly type: 'undoAgain' }
  /** A person has undone by hand what finally failed. */
  | { readonly type: 'undoneByHand' };

/**
 * The machine. Pure and total: every message in every state has an answer, and a message heard twice changes nothing the second time.
 * The step in progress is undone too, because its answer may be lost but not its effect; undos run one after the other, in reverse order.
 */
export function advance(saga: Saga, state: SagaState | null, message: SagaMessage, now: Instant): Advanced | null {
  if (state === null) return message.type === 'begin' ? begin({ saga, now }, message.input) : null;
  const turn = { saga, now };
  switch (message.type) {
    case 'begin': return { state, sends: [], remark: 'already-begun' };
    case 'done': return isAnswer(state, message) ? done(turn, state, message.value) : ignored(state);
    case 'refused': return isAsked(state, message.step) && isAnswer(state, message) ? refused(turn, state, message) : ignored(state);
    case 'overturned': return isAppealed(state, message) ? ask(turn, state, stepNamed(saga, state.step), message.approvalId) : ignored(state);
    case 'upheld': return isAppealed(state, message) ? undoBefore(turn, state, refusalOf(message)) : ignored(state);
    case 'undone': return isRetracted(state, message.step) ? retracted(turn, state) : isUndoing(state, message.step) ? undoNext(turn, { ...state, left: state.left.slice(1) }) : ignored(state);
    case 'undoRefused': return isRetracted(state, message.step) ? undoAll(turn, state, { type: 'rejected', refusal: refusalOf(message) }) : isUndoing(state, message.step) ? stuck(turn, state, refusalOf(message)) : ignored(state);
    case 'timedOut': return timedOut(turn, state);
    case 'cancelled': return cancelled(turn, state, message.reason);
    case 'amended': return state.status === 'running' ? amend(turn, state, message.input) : { state, sends: [], remark: 'too-late' };
    case 'undoAgain': return state.status === 'manual' ? undoAgain(turn, state) : ignored(state);
    case 'undoneByHand': return state.status === 'manual' ? undoneByHand(turn, state) : ignored(state);
    default: return never(message);
  }
}

function begin(turn: Turn, input: unknown): Advanced {
  const common = { definition: `${turn.saga.name}@${turn.saga.version}`, id: turn.saga.idOf(input), facts: { [turn.saga.inputName]: input }, startedAt: turn.now };
  const [first] = turn.saga.steps;
  return first ? ask(turn, common, first, null) : end(turn, common);
}

function done(turn: Turn, state: Running, value: unknown): Advanced {
  const facts = { ...state.facts, [state.step]: value };
  if (state.amending) return agreed(turn, { ...state, facts, amending: state.amending }, state.facts);
  return proceed(turn, { ...state, facts });
}

function refused(turn: Turn, state: Running, message: Extract<SagaMessage, { readonly type: 'refused' }>): Advanced {
  const { appeal } = stepNamed(turn.saga, state.step);
  const refusal = refusalOf(message);
  if (state.amending) return disagreed(turn, { ...state, amending: state.amending }, refusal);
  if (!appeal || !message.appealable) return undoBefore(turn, state, refusal);
  const next: Running = { ...state, phase: { type: 'appealed', refusal, ...(state.revision && { revision: state.revision }) }, deadline: turn.now + appeal.within };
  return advanced(next, [outgoing(appeal.ask, appeal.with({ ...known(state, turn.now), refusal, evidence: message.evidence }))]);
}

/** A refused step has done nothing, unless it had agreed to an earlier ask: only the steps before it are undone. */
function undoBefore(turn: Turn, state: Running, refusal: Refusal): Advanced {
  const mayHaveAgreed = (state.revision ?? 0) > 0;
  return startUndo(turn, state, { type: 'rejected', refusal }, indexOf(turn.saga, state.step) - (mayHaveAgreed ? 0 : 1));
}

function timedOut(turn: Turn, state: SagaState): Advanced {
  if (state.status === 'running') {
    if (turn.now < state.deadline) return ignored(state);
    const appealed = state.phase.type === 'appealed';
    const detail = appealed ? `nobody decided on the appeal of "${state.phase.refusal.reason}" in time` : `the step ${state.step} did not answer in time`;
    const refusal = { step: state.step, reason: appealed ? 'appeal-timed-out' : 'timed-out', detail };
    return undoAll(turn, state, { type: 'rejected', refusal });
  }
  if (state.status !== 'undoing' || turn.now < state.deadline) return ignored(state);
  const [step = ''] = state.left;
  if (state.tries >= turn.saga.undoPatience.tries) {
    return stuck(turn, state, { step, reason: 'undo-unanswered', detail: `undoing ${step} was asked ${state.tries} times without an answer` });
  }
  return askUndo(turn, { ...state, tries: state.tries + 1 });
}

function cancelled(turn: Turn, state: SagaState, reason: string): Advanced {
  if (state.status === 'running') return undoAll(turn, state, { type: 'cancelled', reason });
  return { state, sends: [], remark: state.status === 'undoing' || state.status === 'cancelled' ? 'ignored' : 'too-late' };
}

function stuck(turn: Turn, state: Undoing, refusal: Refusal): Advanced {
  return undoNext(turn, { ...state, stuck: [...state.stuck, refusal], left: state.left.slice(1) });
}

function undoAgain(turn: Turn, state: Manual): Advanced {
  const { stuck: left } = leftOver(state);
  return undoNext(turn, { ...undoingOf(turn, state), left: left.map(({ step }) => step), again: true });
}

function undoneByHand(turn: Turn, state: Manual): Advanced {
  return endUndone(turn, undoingOf(turn, state));
}

function undoingOf({ now }: Turn, state: Manual): Undoing {
  const { definition, id, facts, startedAt, revision } = state;
  return { status: 'undoing', definition, id, facts, startedAt, ...(revision && { revision }), because: leftOver(state).because, left: [], tries: 0, deadline: now, stuck: [] };
}

/** Whether it answers what was asked last: an answer to an earlier revision comes too late. */
const isAnswer = (state: SagaState, { step, revision }: { readonly step: string; readonly revision?: number }): state is Running =>
  state.status === 'running' && state.step === step && state.phase.type !== 'retracted' && (revision === undefined || state.phase.type !== 'asked' || revision === (state.phase.revision ?? 0));
const isAsked = (state: SagaState, step: string): state is Running => state.status === 'running' && state.step === step && state.phase.type === 'asked';
const isAppealed = (state: SagaState, { step, revision }: { readonly step: string; readonly revision?: number }): state is Running =>
  state.status === 'running' && state.step === step && state.phase.type === 'appealed' && (revision === undefined || revision === (state.phase.revision ?? 0));
const isRetracted = (state: SagaState, step: string): state is Amended => state.status === 'running' && state.step === step && state.phase.type === 'retracted' && state.amending !== undefined;
const isUndoing = (state: SagaState, step: string): state is Undoing => state.status === 'undoing' && state.left[0] === step;

const refusalOf = ({ step, reason, detail }: Refusal): Refusal => ({ step, reason, detail });
