import type { Instant } from '@order-mesh/kernel';
import type { Facts, Known, Saga, Step } from './definition.ts';
import type { Because, Running, SagaState, Undoing } from './state.ts';
import type { Contract, Outgoing } from './words.ts';

/** What a message did: nothing, because it was heard before or came too late, or something. */
export type Remark = 'advanced' | 'ignored' | 'already-begun' | 'too-late';

export interface Advanced {
  readonly state: SagaState;
  readonly sends: readonly Outgoing[];
  readonly remark: Remark;
}

/** What does not change while one message is taken. */
export interface Turn {
  readonly saga: Saga;
  readonly now: Instant;
}

export type Common = Pick<Running, 'definition' | 'id' | 'facts' | 'startedAt' | 'revision' | 'amending'>;

/** Asks a step, at the revision of what is known. */
export function ask(turn: Turn, { definition, id, facts, startedAt, revision, amending }: Common, step: Step, approvalId: string | null): Advanced {
  const state: Running = {
    status: 'running', definition, id, facts, startedAt, step: step.name, phase: { type: 'asked', approvalId, ...(revision && { revision }) }, deadline: turn.now + step.within,
    ...(revision && { revision }), ...(amending && { amending }),
  };
  return advanced(state, [outgoing(step.ask, step.with(known(state, turn.now, approvalId)))]);
}

/** The step in progress is done: asks the next one, or ends. */
export function proceed(turn: Turn, state: Running): Advanced {
  const next = turn.saga.steps[indexOf(turn.saga, state.step) + 1];
  return next ? ask(turn, state, next, null) : end(turn, state);
}

export function end(turn: Turn, begun: Common): Advanced {
  const { definition, id, facts, startedAt } = begun;
  const state = { status: 'confirmed', definition, id, facts, startedAt, refusal: null, endedAt: turn.now } as const;
  return advanced(state, [turn.saga.endings.confirmed(known(begun, turn.now))]);
}

/** Undoes every step that may have done something, the one it was at included. */
export function undoAll(turn: Turn, state: Running, because: Because): Advanced {
  const next = startUndo(turn, state, because, indexOf(turn.saga, state.amending?.resume ?? state.step));
  return { ...next, sends: [...withdrawals(turn, state), ...next.sends] };
}

/** Undoes the steps up to and with `last`, last first. */
export function startUndo(turn: Turn, state: Running, because: Because, last: number): Advanced {
  const { definition, id, facts, startedAt, revision } = state;
  const left = turn.saga.steps.slice(0, last + 1).map(({ name }) => name).reverse();
  return undoNext(turn, { status: 'undoing', definition, id, facts, startedAt, ...(revision && { revision }), because, left, tries: 0, deadline: turn.now, stuck: [] });
}

/** An appeal nobody has decided yet is taken off the desk, and so is whatever was appealed before. */
export function withdrawals({ saga }: Turn, state: Running): readonly Outgoing[] {
  const { appeal } = stepNamed(saga, state.step);
  return appeal && state.phase.type === 'appealed' ? [outgoing(appeal.undo, { [saga.idField]: state.id, revision: state.phase.revision ?? 0 })] : [];
}

export function undoNext(turn: Turn, state: Undoing): Advanced {
  return state.left.length === 0 ? endUndone(turn, state) : askUndo(turn, { ...state, tries: 1 });
}

export function askUndo(turn: Turn, state: Undoing): Advanced {
  const [step = ''] = state.left;
  return advanced({ ...state, deadline: turn.now + turn.saga.undoPatience.every }, [undo(turn.saga, stepNamed(turn.saga, step), state)]);
}

export function endUndone(turn: Turn, { definition, id, facts, startedAt, revision, because, stuck: failed }: Undoing): Advanced {
  const common = { definition, id, facts, startedAt, ...(revision && { revision }), endedAt: turn.now };
  const shared = known({ facts, startedAt }, turn.now);
  const [worst] = failed;
  if (worst) return advanced({ ...common, status: 'manual', refusal: worst, because, stuck: failed }, [turn.saga.endings.manual(shared, worst)]);
  if (because.type === 'cancelled') return advanced({ ...common, status: 'cancelled', refusal: null }, [turn.saga.endings.cancelled(shared, because.reason)]);
  return advanced({ ...common, status: 'rejected', refusal: because.refusal }, [turn.saga.endings.rejected(shared, because.refusal)]);
}

export const advanced = (state: SagaState, sends: readonly Outgoing[]): Advanced => ({ state, sends, remark: 'advanced' });
export const ignored = (state: SagaState): Advanced => ({ state, sends: [], remark: 'ignored' });

export const known = ({ facts, startedAt, revision = 0 }: Pick<Common, 'facts' | 'startedAt' | 'revision'>, now: Instant, approvalId: string | null = null): Known<Facts> =>
  ({ ...facts, approvalId, revision, startedAt, now });
export const indexOf = (saga: Saga, name: string): number => saga.steps.findIndex((step) => step.name === name);

export function stepNamed(saga: Saga, name: string): Step {
  const step = saga.steps.find((one) => one.name === name);
  if (!step) throw new TypeError(`the saga ${saga.name}@${saga.version} has no step ${name}`);
  return step;
}

// the contract says which value belongs to which type; the definition has checked it
export const outgoing = ({ name }: Contract, value: unknown): Outgoing => ({ type: name, value }) as unknown as Outgoing;

/** Undoes a step: the ask of every revision up to the state's own. */
export function undo(saga: Saga, step: Step, { id, revision = 0 }: Pick<Common, 'id' | 'revision'>): Outgoing {
  return outgoing(step.undo, { [saga.idField]: id, ...(step.amend === 'undo-first' && { revision }) });
}
