import type { Facts, Refusal, Saga, Step } from './definition.ts';
import { advanced, ask, ignored, indexOf, known, proceed, stepNamed, undo, undoAll, withdrawals, type Advanced, type Turn } from './moves.ts';
import { same } from './same.ts';
import type { Amending, Running } from './state.ts';

export type Amended = Running & { readonly amending: Amending };

/**
 * Changes what a running saga began with. The steps that would have been asked otherwise are asked again, in their order, those done before first, and so are those that would be asked otherwise
 * for what another step answers now; when all have agreed the change stands and the saga goes on where it was. When one refuses, those that had agreed are asked for what was before, and the saga
 * goes on as it was.
 */
export function amend(turn: Turn, state: Running, input: unknown): Advanced {
  const { saga } = turn;
  if (!saga.amendments) return ignored(state);
  if (state.amending) return advanced({ ...state, amending: { ...state.amending, next: { input } } }, []);
  const facts = { ...state.facts, [saga.inputName]: input };
  const before = state.facts[saga.inputName];
  if (same(before, input)) return ignored(state);
  const concerned = saga.steps.slice(0, indexOf(saga, state.step) + 1).filter((step) => differs(step, state, facts));
  const against = objection(turn, state, { facts, concerned });
  if (against) return advanced(state, [saga.amendments.refused(known(state, turn.now), against)]);
  const changed: Running = { ...state, facts, revision: (state.revision ?? 0) + 1 };
  const amending: Amending = { before, left: concerned.map(({ name }) => name), agreed: [], resume: state.step, goesBack: false };
  if (state.phase.type === 'appealed') return amendAppealed(turn, state, { ...changed, amending });
  return concerned.length === 0 ? advanced(changed, accepted(turn, changed, before)) : askNext(turn, { ...changed, amending });
}

/** What was refused has done nothing: nobody has to agree that it is asked otherwise. Those before it do. */
function amendAppealed(turn: Turn, state: Running, { amending, ...changed }: Amended): Advanced {
  const left = amending.left.filter((name) => name !== state.step);
  if (left.length > 0) return withdrawing(turn, state, askNext(turn, { ...changed, amending: { ...amending, left, anew: true } }));
  const told = accepted(turn, changed, amending.before);
  if (amending.left.length === 0) return advanced(changed, told);
  const asked = withdrawing(turn, state, ask(turn, changed, stepNamed(turn.saga, state.step), null));
  return { ...asked, sends: [...told, ...asked.sends] };
}

const withdrawing = (turn: Turn, before: Running, next: Advanced): Advanced => ({ ...next, sends: [...withdrawals(turn, before), ...next.sends] });

/** The step in progress has agreed to be asked otherwise; what was known before it answered tells who would be asked otherwise for its answer. */
export function agreed(turn: Turn, state: Amended, before: Facts): Advanced {
  const { saga } = turn;
  const [at = '', ...rest] = state.amending.left;
  const further = concernedByAnswer(saga, state, { at, before });
  const left = saga.steps.map(({ name }) => name).filter((name) => rest.includes(name) || further.some((step) => step.name === name));
  const next: Amended = { ...state, amending: { ...state.amending, left, agreed: [...state.amending.agreed, at] } };
  const fixed = fixedIn(further, state.amending.resume);
  return fixed ? disagreed(turn, next, fixed) : askNext(turn, next);
}

interface Answered {
  readonly at: string;
  readonly before: Facts;
}

/** On the way back nobody is asked who had not agreed: what stands there is what was asked before. */
function concernedByAnswer(saga: Saga, { amending, startedAt, facts }: Amended, { at, before }: Answered): readonly Step[] {
  if (amending.goesBack) return [];
  const end = indexOf(saga, amending.resume) + (amending.anew ? 0 : 1);
  return saga.steps.slice(indexOf(saga, at) + 1, end).filter((step) => differs(step, { facts: before, startedAt }, facts));
}

/** The step in progress has refused to be asked otherwise, and has left what it did before as it is. */
export function disagreed(turn: Turn, state: Amended, refusal: Refusal): Advanced {
  const { amending } = state;
  // what was before can't be had any more either, because somebody else has taken it meanwhile
  if (amending.goesBack) return undoAll(turn, state, { type: 'rejected', refusal });
  const facts = { ...state.facts, [turn.saga.inputName]: amending.before };
  const back: Amended = { ...state, facts, revision: (state.revision ?? 0) + 1, amending: { ...amending, left: amending.agreed, agreed: [], goesBack: true } };
  const next = askNext(turn, back);
  return { ...next, sends: [...refused(turn, back, refusal), ...next.sends] };
}

/** The step in progress is undone, to be asked otherwise: all that had to agree have. */
export function retracted(turn: Turn, state: Amended): Advanced {
  return goOn(turn, state);
}

function askNext(turn: Turn, state: Amended): Advanced {
  const [next] = state.amending.left;
  if (next === undefined) return goOn(turn, state);
  const step = stepNamed(turn.saga, next);
  return step.amend === 'undo-first' ? retract(turn, state, step) : ask(turn, state, step, null);
}

function retract({ saga, now }: Turn, state: Amended, step: Step): Advanced {
  const { id, revision = 1 } = state;
  return advanced({ ...state, step: step.name, phase: { type: 'retracted' }, deadline: now + step.within }, [undo(saga, step, { id, revision: revision - 1 })]);
}

/** All are asked: the saga goes on where it was. A step that had nothing to agree to is asked anew too, for its answer may have come meanwhile and not been heard. */
function goOn(turn: Turn, { amending: { before, agreed: by, resume, goesBack, next }, ...state }: Amended): Advanced {
  const going = by.includes(resume) ? proceed(turn, state) : ask(turn, state, stepNamed(turn.saga, resume), null);
  const resumed = { ...going, sends: [...(goesBack ? [] : accepted(turn, state, before)), ...going.sends] };
  if (!next || resumed.state.status !== 'running') return resumed;
  const further = amend(turn, resumed.state, next.input);
  return { ...further, remark: 'advanced', sends: [...resumed.sends, ...further.sends] };
}

interface Wanted {
  readonly facts: Facts;
  readonly concerned: readonly Step[];
}

/** What stands against a change before anybody is asked. */
function objection({ saga: { amendments, inputName } }: Turn, { facts: before, step: current }: Running, { facts, concerned }: Wanted): Refusal | null {
  const forbidden = amendments?.forbids({ [inputName]: before[inputName] }, { [inputName]: facts[inputName] });
  if (forbidden) return { step: inputName, ...forbidden };
  return fixedIn(concerned, current);
}

/** Why one of these steps can't be asked otherwise; null when all can. */
function fixedIn(steps: readonly Step[], current: string): Refusal | null {
  const fixed = steps.find(({ name, amend: how }) => how === undefined || (how === 'undo-first' && name !== current));
  return fixed ? { step: fixed.name, reason: 'too-late', detail: `the step ${fixed.name} is ${fixed.name === current ? 'in progress' : 'done'} and can't be asked otherwise any more` } : null;
}

/** Whether a step would be asked something else. */
function differs(step: Step, { facts, startedAt }: Pick<Running, 'facts' | 'startedAt'>, after: Facts): boolean {
  return !same(step.with(known({ facts, startedAt }, 0)), step.with(known({ facts: after, startedAt }, 0)));
}

const accepted = ({ saga, now }: Turn, state: Running, before: unknown) => (saga.amendments ? [saga.amendments.accepted(known(state, now), { [saga.inputName]: before })] : []);

const refused = ({ saga, now }: Turn, state: Running, refusal: Refusal) => (saga.amendments ? [saga.amendments.refused(known(state, now), refusal)] : []);
