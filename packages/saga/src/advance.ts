import { never, type Instant } from '@order-mesh/kernel';
import type { Facts, Known, Refusal, Saga, Step } from './definition.ts';
import { leftOver, type Because, type Manual, type Running, type SagaState, type Undoing } from './state.ts';
import type { Contract, Outgoing } from './words.ts';

/** Everything that can happen to a saga. */
export type SagaMessage =
  | { readonly type: 'begin'; readonly input: unknown }
  | { readonly type: 'done'; readonly step: string; readonly value: unknown }
  | { readonly type: 'refused'; readonly step: string; readonly reason: string; readonly detail: string; readonly appealable: boolean }
  | { readonly type: 'overturned'; readonly step: string; readonly approvalId: string }
  | { readonly type: 'upheld'; readonly step: string; readonly reason: string; readonly detail: string }
  | { readonly type: 'undone'; readonly step: string }
  | { readonly type: 'undoRefused'; readonly step: string; readonly reason: string; readonly detail: string }
  | { readonly type: 'timedOut' }
  | { readonly type: 'cancelled'; readonly reason: string }
  /** A person has the undos that finally failed tried once more. */
  | { readonly type: 'undoAgain' }
  /** A person has undone by hand what finally failed. */
  | { readonly type: 'undoneByHand' };

/** What a message did: nothing, because it was heard before or came too late, or something. */
export type Remark = 'advanced' | 'ignored' | 'already-begun' | 'too-late';

export interface Advanced {
  readonly state: SagaState;
  readonly sends: readonly Outgoing[];
  readonly remark: Remark;
}

/**
 * The machine. Pure and total: every message in every state has an answer, and a message heard twice changes nothing the second time.
 * The step in progress is undone too, because its answer may be lost but not its effect; undos run one after the other, in reverse order.
 */
export function advance(saga: Saga, state: SagaState | null, message: SagaMessage, now: Instant): Advanced | null {
  if (state === null) return message.type === 'begin' ? begin({ saga, now }, message.input) : null;
  const turn = { saga, now };
  switch (message.type) {
    case 'begin': return { state, sends: [], remark: 'already-begun' };
    case 'done': return state.status === 'running' && state.step === message.step ? done(turn, state, message.value) : ignored(state);
    case 'refused': return isAsked(state, message.step) ? refused(turn, state, message) : ignored(state);
    case 'overturned': return isAppealed(state, message.step) ? ask(turn, state, stepNamed(saga, state.step), message.approvalId) : ignored(state);
    case 'upheld': return isAppealed(state, message.step) ? undoBefore(turn, state, refusalOf(message)) : ignored(state);
    case 'undone': return isUndoing(state, message.step) ? undoNext(turn, { ...state, left: state.left.slice(1) }) : ignored(state);
    case 'undoRefused': return isUndoing(state, message.step) ? stuck(turn, state, refusalOf(message)) : ignored(state);
    case 'timedOut': return timedOut(turn, state);
    case 'cancelled': return cancelled(turn, state, message.reason);
    case 'undoAgain': return state.status === 'manual' ? undoAgain(turn, state) : ignored(state);
    case 'undoneByHand': return state.status === 'manual' ? undoneByHand(turn, state) : ignored(state);
    default: return never(message);
  }
}

/** What does not change while one message is taken. */
interface Turn {
  readonly saga: Saga;
  readonly now: Instant;
}

function begin(turn: Turn, input: unknown): Advanced {
  const common = { definition: `${turn.saga.name}@${turn.saga.version}`, id: turn.saga.idOf(input), facts: { [turn.saga.inputName]: input }, startedAt: turn.now };
  const [first] = turn.saga.steps;
  return first ? ask(turn, common, first, null) : end(turn, common);
}

function done(turn: Turn, state: Running, value: unknown): Advanced {
  const facts = { ...state.facts, [state.step]: value };
  const next = turn.saga.steps[indexOf(turn.saga, state.step) + 1];
  return next ? ask(turn, { ...state, facts }, next, null) : end(turn, { ...state, facts });
}

type Common = Pick<Running, 'definition' | 'id' | 'facts' | 'startedAt'>;

function ask(turn: Turn, { definition, id, facts, startedAt }: Common, step: Step, approvalId: string | null): Advanced {
  const state: Running = { status: 'running', definition, id, facts, startedAt, step: step.name, phase: { type: 'asked', approvalId }, deadline: turn.now + step.within };
  return advanced(state, [outgoing(step.ask, step.with(known(facts, turn.now, approvalId)))]);
}

function end(turn: Turn, { definition, id, facts, startedAt }: Common): Advanced {
  const state = { status: 'confirmed', definition, id, facts, startedAt, refusal: null, endedAt: turn.now } as const;
  return advanced(state, [turn.saga.endings.confirmed(known(facts, turn.now))]);
}

function refused(turn: Turn, state: Running, message: { readonly step: string; readonly reason: string; readonly detail: string; readonly appealable: boolean }): Advanced {
  const { appeal } = stepNamed(turn.saga, state.step);
  const refusal = refusalOf(message);
  if (!appeal || !message.appealable) return undoBefore(turn, state, refusal);
  const next: Running = { ...state, phase: { type: 'appealed', refusal }, deadline: turn.now + appeal.within };
  return advanced(next, [outgoing(appeal.ask, appeal.with({ ...known(state.facts, turn.now), refusal }))]);
}

/** A refused step has done nothing: only the steps before it are undone. */
function undoBefore(turn: Turn, state: Running, refusal: Refusal): Advanced {
  return startUndo(turn, state, { type: 'rejected', refusal }, indexOf(turn.saga, state.step) - 1);
}

function timedOut(turn: Turn, state: SagaState): Advanced {
  if (state.status === 'running') {
    if (turn.now < state.deadline) return ignored(state);
    const appealed = state.phase.type === 'appealed';
    const detail = appealed ? `nobody decided on the appeal of "${state.phase.refusal.reason}" in time` : `the step ${state.step} did not answer in time`;
    const refusal = { step: state.step, reason: appealed ? 'appeal-timed-out' : 'timed-out', detail };
    return startUndo(turn, state, { type: 'rejected', refusal }, indexOf(turn.saga, state.step));
  }
  if (state.status !== 'undoing' || turn.now < state.deadline) return ignored(state);
  const [step = ''] = state.left;
  if (state.tries >= turn.saga.undoPatience.tries) {
    return stuck(turn, state, { step, reason: 'undo-unanswered', detail: `undoing ${step} was asked ${state.tries} times without an answer` });
  }
  return askUndo(turn, { ...state, tries: state.tries + 1 });
}

function cancelled(turn: Turn, state: SagaState, reason: string): Advanced {
  if (state.status === 'running') return startUndo(turn, state, { type: 'cancelled', reason }, indexOf(turn.saga, state.step));
  return { state, sends: [], remark: state.status === 'undoing' || state.status === 'cancelled' ? 'ignored' : 'too-late' };
}

/** Undoes the steps up to and with `last`, last first. */
function startUndo(turn: Turn, state: Running, because: Because, last: number): Advanced {
  const { definition, id, facts, startedAt } = state;
  const left = turn.saga.steps.slice(0, last + 1).map(({ name }) => name).reverse();
  const withdrawn = last === indexOf(turn.saga, state.step) ? withdrawals(turn, state) : [];
  const next = undoNext(turn, { status: 'undoing', definition, id, facts, startedAt, because, left, tries: 0, deadline: turn.now, stuck: [] });
  return { ...next, sends: [...withdrawn, ...next.sends] };
}

/** An appeal nobody has decided yet is taken off the desk. */
function withdrawals({ saga }: Turn, state: Running): readonly Outgoing[] {
  const { appeal } = stepNamed(saga, state.step);
  return appeal && state.phase.type === 'appealed' ? [undo(saga, appeal.undo, state.id)] : [];
}

function undoNext(turn: Turn, state: Undoing): Advanced {
  return state.left.length === 0 ? endUndone(turn, state) : askUndo(turn, { ...state, tries: 1 });
}

function askUndo(turn: Turn, state: Undoing): Advanced {
  const [step = ''] = state.left;
  return advanced({ ...state, deadline: turn.now + turn.saga.undoPatience.every }, [undo(turn.saga, stepNamed(turn.saga, step).undo, state.id)]);
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
  const { definition, id, facts, startedAt } = state;
  return { status: 'undoing', definition, id, facts, startedAt, because: leftOver(state).because, left: [], tries: 0, deadline: now, stuck: [] };
}

function endUndone(turn: Turn, { definition, id, facts, startedAt, because, stuck: failed }: Undoing): Advanced {
  const common = { definition, id, facts, startedAt, endedAt: turn.now };
  const shared = known(facts, turn.now);
  const [worst] = failed;
  if (worst) return advanced({ ...common, status: 'manual', refusal: worst, because, stuck: failed }, [turn.saga.endings.manual(shared, worst)]);
  if (because.type === 'cancelled') return advanced({ ...common, status: 'cancelled', refusal: null }, [turn.saga.endings.cancelled(shared, because.reason)]);
  return advanced({ ...common, status: 'rejected', refusal: because.refusal }, [turn.saga.endings.rejected(shared, because.refusal)]);
}

const advanced = (state: SagaState, sends: readonly Outgoing[]): Advanced => ({ state, sends, remark: 'advanced' });
const ignored = (state: SagaState): Advanced => ({ state, sends: [], remark: 'ignored' });

const isAsked = (state: SagaState, step: string): state is Running => state.status === 'running' && state.step === step && state.phase.type === 'asked';
const isAppealed = (state: SagaState, step: string): state is Running => state.status === 'running' && state.step === step && state.phase.type === 'appealed';
const isUndoing = (state: SagaState, step: string): state is Undoing => state.status === 'undoing' && state.left[0] === step;

const refusalOf = ({ step, reason, detail }: Refusal): Refusal => ({ step, reason, detail });
const known = (facts: Facts, now: Instant, approvalId: string | null = null): Known<Facts> => ({ ...facts, approvalId, now });
const indexOf = (saga: Saga, name: string): number => saga.steps.findIndex((step) => step.name === name);

function stepNamed(saga: Saga, name: string): Step {
  const step = saga.steps.find((one) => one.name === name);
  if (!step) throw new TypeError(`the saga ${saga.name}@${saga.version} has no step ${name}`);
  return step;
}

// the contract says which value belongs to which type; the definition has checked it
const outgoing = ({ name }: Contract, value: unknown): Outgoing => ({ type: name, value }) as unknown as Outgoing;
const undo = (saga: Saga, contract: Contract, id: string): Outgoing => outgoing(contract, { [saga.idField]: id });
