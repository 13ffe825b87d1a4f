import fc from 'fast-check';
import { minutes } from '@order-mesh/kernel';
import { advance, isTerminal, leftOver, type Advanced, type SagaMessage, type SagaState } from './index.ts';
import { example, placed } from './example.fixture.ts';

type Machine = typeof advance;

const steps = example.steps.map(({ name }) => name);
const asks = new Map(example.steps.map((step) => [step.ask.name, step.name]));
const undos = new Map(example.steps.map((step) => [step.undo.name, step.name]));

/** What the world does next: answer, refuse or lose a command, repeat an old message, let time pass, cancel. */
const turn = fc.oneof(
  { weight: 8, arbitrary: fc.constant('answer' as const) },
  { weight: 2, arbitrary: fc.constant('refuse' as const) },
  { weight: 2, arbitrary: fc.constant('lose' as const) },
  { weight: 3, arbitrary: fc.constant('repeat' as const) },
  { weight: 1, arbitrary: fc.constant('wait' as const) },
  { weight: 1, arbitrary: fc.constant('cancel' as const) },
  { weight: 1, arbitrary: fc.constant('again' as const) },
  { weight: 1, arbitrary: fc.constant('by hand' as const) },
);

type Turn = 'answer' | 'refuse' | 'lose' | 'repeat' | 'wait' | 'cancel' | 'again' | 'by hand';

const DECISIONS: Readonly<Partial<Record<Turn, SagaMessage>>> = { again: { type: 'undoAgain' }, 'by hand': { type: 'undoneByHand' } };

/** Plays one random story against participants that really do and undo; returns what went wrong, or null. */
function play(machine: Machine, turns: readonly Turn[]): string | null {
  const inEffect: string[] = [];
  const refusedForGood = new Set<string>();
  /** What a participant would not undo: it stays until somebody asks again. */
  const keptInEffect = new Set<string>();
  const heard: SagaMessage[] = [];
  const commands: string[] = [];
  const sentBetweenTimers = new Set<string>();
  let wrong: string | null = null;
  let now = 0;
  let state: SagaState | null = null;

  const hearIt = (message: SagaMessage): void => {
    const isDecision = message.type === 'undoAgain' || message.type === 'undoneByHand';
    if (message.type === 'timedOut' || isDecision) sentBetweenTimers.clear();
    const result: Advanced | null = machine(example, state, message, now);
    if (!result) return;
    const mayLeave = isDecision && state?.status === 'manual';
    if (state && isTerminal(state) && result.state !== state && !mayLeave) wrong ??= `left the terminal state ${state.status}`;
    if (mayLeave && result.state === state) wrong ??= 'a decision did nothing';
    state = result.state;
    for (const { type } of result.sends) {
      if (asks.has(type) || undos.has(type)) {
        if (sentBetweenTimers.has(type)) wrong ??= `${type} was sent twice`;
        sentBetweenTimers.add(type);
        commands.push(type);
      }
    }
  };
  const carryOut = (command: string, how: 'answer' | 'refuse' | 'lose'): void => {
    const asked = asks.get(command);
    const step = asked ?? undos.get(command) ?? '';
    if (!asked && how === 'refuse') {
      keptInEffect.add(step);
      const no: SagaMessage = { type: 'undoRefused', step, reason: 'no', detail: 'not now' };
      heard.push(no);
      hearIt(no);
      return;
    }
    keptInEffect.delete(step);
    if (asked && how === 'refuse') refusedForGood.add(step);
    if (asked && !refusedForGood.has(step) && !inEffect.includes(step)) inEffect.push(step);
    if (!asked && inEffect.includes(step)) {
      const last = inEffect.filter((one) => !keptInEffect.has(one)).at(-1);
      if (last !== step) wrong ??= `${step} was undone before ${last ?? ''}`;
      inEffect.splice(inEffect.indexOf(step), 1);
    }
    if (how === 'lose') return;
    const message: SagaMessage = !asked ? { type: 'undone', step }
      : refusedForGood.has(step) ? { type: 'refused', step, reason: 'no', detail: 'no', appealable: false } : { type: 'done', step, value: {} };
    heard.push(message);
    hearIt(message);
  };

  /** What a person does before saying so. */
  const undoByHand = (): void => {
    if (state?.status !== 'manual') return;
    for (const { step } of leftOver(state).stuck) if (inEffect.includes(step)) inEffect.splice(inEffect.indexOf(step), 1);
  };

  hearIt({ type: 'begin', input: placed });
  const budget = [...turns, ...Array.from({ length: 60 }, () => 'answer' as const)];
  for (const [index, what] of budget.entries()) {
    const command = commands.shift();
    if (what === 'answer' || what === 'refuse' || what === 'lose') {
      if (command) carryOut(command, what);
    } else if (command) commands.unshift(command);
    if (what === 'repeat' && heard.length > 0) hearIt(heard[index % heard.length] ?? { type: 'timedOut' });
    if (what === 'cancel') hearIt({ type: 'cancelled', reason: 'test' });
    if (what === 'by hand') undoByHand();
    const decision = DECISIONS[what];
    if (decision) hearIt(decision);
    if (what === 'wait' || (index >= turns.length && commands.length === 0)) {
      now += minutes(121);
      hearIt({ type: 'timedOut' });
    }
  }
  return wrong ?? verdict(state, inEffect);
}

function verdict(state: SagaState | null, inEffect: readonly string[]): string | null {
  if (!state || !isTerminal(state)) return 'never ended';
  if (state.status === 'confirmed') return inEffect.length === steps.length ? null : `confirmed with only ${inEffect.join()} in effect`;
  if (state.status === 'manual') {
    const left = leftOver(state).stuck.map(({ step }) => step);
    const forgotten = inEffect.filter((step) => !left.includes(step));
    return forgotten.length === 0 ? null : `manual, and ${forgotten.join()} is in effect and not on its list`;
  }
  return inEffect.length === 0 ? null : `${state.status} with ${inEffect.join()} still in effect`;
}

/** Finds a story that the machine gets wrong, if there is one. */
function counterexample(machine: Machine): string | null {
  const result = fc.check(fc.property(fc.array(turn, { maxLength: 40 }), (turns) => play(machine, turns) === null), { numRuns: 2_000, seed: 7 });
  const [turns] = result.counterexample ?? [];
  return turns ? `${turns.join(' ')}: ${play(machine, turns) ?? ''}` : null;
}

const withUndo = (result: Advanced, left: readonly string[]): Advanced => {
  const [first] = left;
  const undo = example.steps.find(({ name }) => name === first)?.undo.name;
  const sends = undo ? result.sends.map((sent) => (undos.has(sent.type) ? { ...sent, type: undo } : sent)) : result.sends;
  return { ...result, state: { ...result.state, left } as SagaState, sends: sends as Advanced['sends'] };
};

const mutants: Readonly<Record<string, Machine>> = {
  'forgets to undo the step in progress': (saga, state, message, now) => {
    const result = advance(saga, state, message, now);
    const starts = state?.status === 'running' && result?.state.status === 'undoing' && message.type !== 'refused';
    return starts && result.state.status === 'undoing' && result.state.left.length > 1 ? withUndo(result, result.state.left.slice(1)) : result;
  },
  'undoes in the order of doing': (saga, state, message, now) => {
    const result = advance(saga, state, message, now);
    const starts = state?.status === 'running' && result?.state.status === 'undoing';
    return starts && result.state.status === 'undoing' ? withUndo(result, [...result.state.left].reverse()) : result;
  },
  'sends a command twice': (saga, state, message, now) => {
    const result = advance(saga, state, message, now);
    return result && message.type === 'done' ? { ...result, sends: [...result.sends, ...result.sends] } : result;
  },
  'takes a repeated answer for a new one': (saga, state, message, now) => {
    const step = state?.status === 'running' && message.type === 'done' ? { ...message, step: state.step } : message;
    return advance(saga, state, step, now);
  },
  'forgets one of two undos that failed': (saga, state, message, now) => {
    const result = advance(saga, state, message, now);
    return result?.state.status === 'manual' && (result.state.stuck?.length ?? 0) > 1 ? { ...result, state: { ...result.state, stuck: result.state.stuck?.slice(1) ?? [] } } : result;
  },
  'takes the wish to undo again for its success': (saga, state, message, now) => advance(saga, state, message.type === 'undoAgain' ? { type: 'undoneByHand' } : message, now),
  'leaves a terminal state': (saga, state, message, now) => advance(saga, state?.status === 'rejected' ? null : state, message.type === 'undone' && state?.status === 'rejected' ? { type: 'begin', input: placed } : message, now),
};

describe('whatever the world does', () => {
  it('everything in effect is undone in reverse or the order is confirmed, every command once, every story ends', () => {
    expect(counterexample(advance)).toBeNull();
  });

  it.each(Object.entries(mutants))('a machine that %s is caught', (_, mutant) => {
    expect(counterexample(mutant)).not.toBeNull();
  });
});
