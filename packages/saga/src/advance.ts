import { never, type Instant } from '@order-mesh/kernel';
import type { Facts, Known, Refusal, Saga, Step } from './definition.ts';
import type { Because, Running, SagaState, Undoing } from './state.ts';
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
  | { readonly type: 'cancelled'; readonly reason: string };

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
  if (state === null) return message.type === 'begin' ? begin(saga, message.input, now) : null;
  switch (message.type) {
    case 'begin': return { state, sends: [], remark: 'already-begun' };
    case 'done': return state.status === 'running' && state.step === message.step ? done(saga, state, message.value, now) : ignored(state);
    case 'refused': return isAsked(state, message.step) ? refused(saga, state, message, now) : ignored(state);
    case 'overturned': return isAppealed(state, message.step) ? ask(saga, state, stepNamed(saga, state.step), message.approvalId, now) : ignored(state);
    case 'upheld': return isAppealed(state, message.step) ? undoBefore(saga, state, refusalOf(message), now) : ignored(state);
    case 'undone': return isUndoing(state, message.step) ? undoNext(saga, { ...state, left: state.left.slice(1) }, now) : ignored(state);
    case 'undoRefused': return isUndoing(state, message.step) ? stuck(saga, state, refusalOf(message), now) : ignored(state);
    case 'timedOut': return timedOut(saga, state, now);
    case 'cancelled': return cancelled(saga, state, message.reason, now);
    default: return never(message);
  }
}

function begin(saga: Saga, input: unknown, now: Instant): Advanced {
  const common = { definition: `${saga.name}@${saga.version}`, id: saga.idOf(input), facts: { [saga.inputName]: input }, startedAt: now };
  const [first] = saga.steps;
  return first ? ask(saga, common, first, null, now) : end(saga, common, now);
}

function done(saga: Saga, state: Running, value: unknown, now: Instant): Advanced {
  const facts = { ...state.facts, [state.step]: value };
  const next = saga.steps[indexOf(saga, state.step) + 1];
  return next ? ask(saga, { ...state, facts }, next, null, now) : end(saga, { ...state, facts }, now);
}

type Common = Pick<Running, 'definition' | 'id' | 'facts' | 'startedAt'>;

function ask(saga: Saga, { definition, id, facts, startedAt }: Common, step: Step, approvalId: string | null, now: Instant): Advanced {
  const state: Running = { status: 'running', definition, id, facts, startedAt, step: step.name, phase: { type: 'asked', approvalId }, deadline: now + step.within };
  return advanced(state, [outgoing(step.ask, step.with(known(facts, now, approvalId)))]);
}

function end(saga: Saga, { definition, id, facts, startedAt }: Common, now: Instant): Advanced {
  const state = { status: 'confirmed', definition, id, facts, startedAt, refusal: null, endedAt: now } as const;
  return advanced(state, [saga.endings.confirmed(known(facts, now))]);
}

function refused(saga: Saga, state: Running, message: { readonly step: string; readonly reason: string; readonly detail: string; readonly appealable: boolean }, now: Instant): Advanced {
  const { appeal } = stepNamed(saga, state.step);
  const refusal = refusalOf(message);
  if (!appeal || !message.appealable) return undoBefore(saga, state, refusal, now);
  const next: Running = { ...state, phase: { type: 'appealed', refusal }, deadline: now + appeal.within };
  return advanced(next, [outgoing(appeal.ask, appeal.with({ ...known(state.facts, now), refusal }))]);
}

/** A refused step has done nothing: only the steps before it are undone. */
function undoBefore(saga: Saga, state: Running, refusal: Refusal, now: Instant): Advanced {
  return startUndo(saga, state, { type: 'rejected', refusal }, indexOf(saga, state.step) - 1, now);
}

function timedOut(saga: Saga, state: SagaState, now: Instant): Advanced {
  if (state.status === 'running') {
    if (now < state.deadline) return ignored(state);
    const appealed = state.phase.type === 'appealed';
    const detail = appealed ? `nobody decided on the appeal of "${state.phase.refusal.reason}" in time` : `the step ${state.step} did not answer in time`;
    const refusal = { step: state.step, reason: appealed ? 'appeal-timed-out' : 'timed-out', detail };
    return startUndo(saga, state, { type: 'rejected', refusal }, indexOf(saga, state.step), now);
  }
  if (state.status !== 'undoing' || now < state.deadline) return ignored(state);
  const [step = ''] = state.left;
  if (state.tries >= saga.undoPatience.tries) {
    return stuck(saga, state, { step, reason: 'undo-unanswered', detail: `undoing ${step} was asked ${state.tries} times without an answer` }, now);
  }
  return askUndo(saga, { ...state, tries: state.tries + 1 }, now);
}

function cancelled(saga: Saga, state: SagaState, reason: string, now: Instant): Advanced {
  if (state.status === 'running') return startUndo(saga, state, { type: 'cancelled', reason }, indexOf(saga, state.step), now);
  return { state, sends: [], remark: state.status === 'undoing' || state.status === 'cancelled' ? 'ignored' : 'too-late' };
}

/** Undoes the steps up to and with `last`, last first. */
function startUndo(saga: Saga, state: Running, because: Because, last: number, now: Instant): Advanced {
  const { definition, id, facts, startedAt } = state;
  const left = saga.steps.slice(0, last + 1).map(({ name }) => name).reverse();
  const withdrawn = last === indexOf(saga, state.step) ? withdrawals(saga, state) : [];
  const next = undoNext(saga, { status: 'undoing', definition, id, facts, startedAt, because, left, tries: 0, deadline: now, stuck: [] }, now);
  return { ...next, sends: [...withdrawn, ...next.sends] };
}

/** An appeal nobody has decided yet is taken off the desk. */
function withdrawals(saga: Saga, state: Running): readonly Outgoing[] {
  const { appeal } = stepNamed(saga, state.step);
  return appeal && state.phase.type === 'appealed' ? [undo(saga, appeal.undo, state.id)] : [];
}

function undoNext(saga: Saga, state: Undoing, now: Instant): Advanced {
  return state.left.length === 0 ? endUndone(saga, state, now) : askUndo(saga, { ...state, tries: 1 }, now);
}

function askUndo(saga: Saga, state: Undoing, now: Instant): Advanced {
  const [step = ''] = state.left;
  return advanced({ ...state, deadline: now + saga.undoPatience.every }, [undo(saga, stepNamed(saga, step).undo, state.id)]);
}

function stuck(saga: Saga, state: Undoing, refusal: Refusal, now: Instant): Advanced {
  return undoNext(saga, { ...state, stuck: [...state.stuck, refusal], left: state.left.slice(1) }, now);
}

function endUndone(saga: Saga, { definition, id, facts, startedAt, because, stuck: failed }: Undoing, now: Instant): Advanced {
  const common = { definition, id, facts, startedAt, endedAt: now };
  const shared = known(facts, now);
  const [worst] = failed;
  if (worst) return advanced({ ...common, status: 'manual', refusal: worst }, [saga.endings.manual(shared, worst)]);
  if (because.type === 'cancelled') return advanced({ ...common, status: 'cancelled', refusal: null }, [saga.endings.cancelled(shared, because.reason)]);
  return advanced({ ...common, status: 'rejected', refusal: because.refusal }, [saga.endings.rejected(shared, because.refusal)]);
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
