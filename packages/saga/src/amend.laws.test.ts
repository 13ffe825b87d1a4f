import fc from 'fast-check';
import { fen, minutes } from '@order-mesh/kernel';
import type { OrderPlaced } from '@order-mesh/contracts';
import { advance, hear, isTerminal, type Saga, type SagaMessage, type SagaState } from './index.ts';
import { example, placed } from './example.fixture.ts';

type Machine = typeof advance;

/** The last step is undone to be asked otherwise, and tells its revision. */
const withUndoFirst: Saga = {
  ...example,
  steps: example.steps.map((step) => (step.name === 'logistics' ? { ...step, amend: 'undo-first', with: (known) => ({ ...Object(step.with(known)), revision: known.revision }) } : step)),
};
/** The second step is asked for what the first one answered, and for nothing of what the order says; the third one for neither. */
const withAnswers: Saga = {
  ...example,
  steps: example.steps.map((step) => {
    if (step.name === 'stock') return { ...step, with: ({ credit, revision }) => ({ amount: Object(credit).amount, revision }) };
    return step.name === 'logistics' ? { ...step, with: () => ({}) } : step;
  }),
};
type Outgoing = Parameters<typeof hear>[1];

const turn = fc.oneof(
  { weight: 8, arbitrary: fc.constant('answer' as const) },
  { weight: 2, arbitrary: fc.constant('refuse' as const) },
  { weight: 2, arbitrary: fc.constant('repeat' as const) },
  { weight: 1, arbitrary: fc.constant('wait' as const) },
  { weight: 1, arbitrary: fc.constant('cancel' as const) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 4 }) },
);
type Turn = 'answer' | 'refuse' | 'repeat' | 'wait' | 'cancel' | number;

/** An order of so many pieces. */
function orderOf(quantity: number): OrderPlaced {
  const [line] = placed.lines;
  return { ...placed, amount: fen(500 * quantity), lines: line ? [{ ...line, quantity, amount: fen(500 * quantity) }] : [] };
}

interface Effect {
  readonly revision: number;
  /** What is in effect; null for nothing. */
  readonly content: string | null;
}

const revisionIn = (value: unknown): number | undefined => new Map<string, number>(Object.entries(Object(value))).get('revision');
/** Who is asked without a revision answers without one. */
const at = (asked: number | undefined, revision: number) => (asked === undefined ? {} : { revision });
const contentOf = (value: unknown): string => JSON.stringify(value, (name, inner: unknown) => (name === 'revision' ? undefined : typeof inner === 'bigint' ? String(inner) : inner));

/** Participants that do what they are asked once for each revision, and keep what they have done when they refuse to do otherwise. */
function participants() {
  const effects = new Map<string, Effect>();
  const carryOut = ({ type, value }: Outgoing, refuses: boolean): SagaMessage | null => {
    for (const { name: step, ask, undo } of example.steps) {
      if (type === undo.name) {
        effects.set(step, { revision: revisionIn(value) ?? Infinity, content: null });
        return { type: 'undone', step };
      }
      if (type !== ask.name) continue;
      const known = effects.get(step);
      const asked = revisionIn(value);
      const revision = asked ?? 0;
      if (known && known.revision >= revision) return known.content === null ? no(step, at(asked, revision)) : { type: 'done', step, value: answerFrom(known.content), ...at(asked, known.revision) };
      if (refuses) {
        effects.set(step, known?.content ? known : { revision, content: null });
        return no(step, at(asked, revision));
      }
      effects.set(step, { revision, content: contentOf(value) });
      return { type: 'done', step, value: answerFrom(contentOf(value)), ...at(asked, revision) };
    }
    return null;
  };
  return { effects, carryOut };
}

/** Ten less than was asked for. */
const answerFrom = (content: string) => ({ amount: fen(Number(new Map<string, unknown>(Object.entries(JSON.parse(content))).get('amount') ?? 10) - 10), waybill: '' });

const no = (step: string, revision: { readonly revision?: number }): SagaMessage => ({ type: 'refused', step, reason: 'no', detail: 'no', appealable: false, ...revision });

/** Plays one story; returns what went wrong, or null. */
function play(machine: Machine, saga: Saga, turns: readonly Turn[]): string | null {
  const { effects, carryOut } = participants();
  const [heard, commands, told]: [SagaMessage[], Outgoing[], string[]] = [[], [], []];
  let state: SagaState | null = null;
  let now = 0;
  let stands = orderOf(2);
  const hearIt = (message: SagaMessage): void => {
    const result = machine(saga, state, message, now);
    if (!result) return;
    state = result.state;
    commands.push(...result.sends.filter(({ type }) => example.steps.some(({ ask, undo }) => ask.name === type || undo.name === type)));
    for (const sent of result.sends) {
      if (sent.type === 'OrderAmended') stands = { ...stands, lines: sent.value.lines, amount: sent.value.amount };
      told.push(sent.type);
    }
  };
  hearIt({ type: 'begin', input: stands });
  for (const what of [...turns, ...Array.from({ length: 40 }, () => 'answer' as const)]) {
    if (what === 'answer' || what === 'refuse') {
      const command = commands.shift();
      const answer = command && carryOut(command, what === 'refuse');
      if (answer) heard.push(answer);
      if (answer) hearIt(answer);
    }
    if (what === 'repeat' && heard.length > 0) hearIt(heard[heard.length >> 1] ?? { type: 'timedOut' });
    if (what === 'cancel') hearIt({ type: 'cancelled', reason: 'test' });
    if (what === 'wait') hearIt({ type: 'timedOut' });
    if (what === 'wait') now += minutes(121);
    if (typeof what === 'number') hearIt({ type: 'amended', input: orderOf(what) });
  }
  return verdict(state, saga, { effects, stands });
}

interface Seen {
  readonly effects: ReadonlyMap<string, Effect>;
  readonly stands: OrderPlaced;
}

function verdict(state: SagaState | null, saga: Saga, { effects, stands }: Seen): string | null {
  if (!state || !isTerminal(state)) return 'never ended';
  for (const { name, with: asked } of saga.steps) {
    const content = effects.get(name)?.content ?? null;
    const wanted = state.status === 'confirmed' ? contentOf(asked({ order: stands, credit: { amount: fen(stands.amount - 10n) }, approvalId: null, revision: 0, startedAt: 0, now: 0 })) : null;
    if (content !== wanted) return `${state.status}, and ${name} has done ${content ?? 'nothing'} instead of ${wanted ?? 'nothing'}`;
  }
  return null;
}

function counterexample(machine: Machine, saga: Saga = example): string | null {
  const result = fc.check(fc.property(fc.array(turn, { maxLength: 30 }), (turns) => play(machine, saga, turns) === null), { numRuns: 3_000, seed: 11 });
  const [turns] = result.counterexample ?? [];
  return turns ? `${turns.join(' ')}: ${play(machine, saga, turns) ?? ''}` : null;
}

const mutants: Readonly<Record<string, Machine>> = {
  'takes an answer for the ask before': (saga, state, message, now) => {
    if (message.type !== 'done' && message.type !== 'refused') return advance(saga, state, message, now);
    const { revision: _revision, ...unmarked } = message;
    return advance(saga, state, unmarked, now);
  },
  'does not go back when a step refuses': (saga, state, message, now) => {
    const result = advance(saga, state, message, now);
    const goesBack = state?.status === 'running' && state.amending?.goesBack === false && message.type === 'refused' && result?.state.status === 'running';
    return goesBack ? { ...result, state: { ...result.state, facts: state.facts } } : result;
  },
  'leaves out a step that was done': (saga, state, message, now) => {
    const result = advance(saga, state, message, now);
    if (message.type !== 'amended' || result?.state.status !== 'running' || !result.state.amending) return result;
    const { amending, ...rest } = result.state;
    const step = saga.steps.find(({ name }) => name === amending.resume);
    return step ? { ...result, state: { ...rest, step: step.name }, sends: [] } : result;
  },
};

describe('whatever is amended when', () => {
  it('a confirmed order has in effect, at every step, what it was amended to last; one that ends otherwise nothing', () => {
    expect(counterexample(advance)).toBeNull();
    expect(counterexample(advance, withUndoFirst)).toBeNull();
    expect(counterexample(advance, withAnswers)).toBeNull();
  });

  it.each(Object.entries(mutants))('a machine that %s is caught', (_, mutant) => {
    expect(counterexample(mutant)).not.toBeNull();
  });
});
