import type { Contract, Outgoing } from './words.ts';
import type { Duration, Instant } from '@order-mesh/kernel';
import { minutes } from '@order-mesh/kernel';

/** Why an order does not go on. */
export interface Refusal {
  readonly step: string;
  readonly reason: string;
  readonly detail: string;
}

/** What whoever asks a person may use besides. */
export interface Refused {
  readonly refusal: Refusal;
  /** What the refusal carries as `evidence`, as it came; it is not kept. */
  readonly evidence: unknown;
}

/** What a step may use: the order under its name, the answers of the steps before under theirs, and what the machine knows. */
export type Known<Facts> = Facts & {
  /** The approval that overturned a refusal of the step being asked. */
  readonly approvalId: string | null;
  /** How often what it began with was changed. Whoever is asked with it can tell a later ask from an earlier one. */
  readonly revision: number;
  /** When it began. */
  readonly startedAt: Instant;
  readonly now: Instant;
};

/** A person is asked whether a refusal stands. Asked with a revision, its answers tell it, and its undo tells the last one that is taken back. */
export interface Appeal<Facts, Value = never> {
  readonly ask: Contract<string, Value>;
  readonly with: (known: Known<Facts> & Refused) => Value;
  readonly undo: Contract;
  readonly within: Duration;
  /** What its answers carry as `subject`, where several steps ask the same person; an answer without one is an answer to each. */
  readonly subject?: string;
}

/**
 * How a step is asked otherwise. 'ask-again': asked with a higher revision, the participant changes what it did or, refusing, leaves it as it is; its answers tell the
 * revision. 'undo-first': it is undone and asked anew while it is in progress, and no more once it is done; its undo tells the last revision that it undoes.
 */
export type Amend = 'ask-again' | 'undo-first';

/** How a step is asked, undone, appealed, and how long it may take. */
export interface StepSpec<Facts, Value, Done, AppealValue> {
  readonly ask: Contract<string, Value, Done>;
  readonly with: (known: Known<Facts>) => Value;
  readonly undo: Contract;
  readonly appeal?: Appeal<Facts, AppealValue>;
  readonly within: Duration;
  /** Not named: what would change the ask is refused from the moment it is asked. */
  readonly amend?: Amend;
}

/** A step as the machine reads it, its types forgotten. */
export interface Step {
  readonly name: string;
  readonly ask: Contract;
  readonly with: (known: Known<Facts>) => unknown;
  readonly undo: Contract;
  readonly appeal?: {
    readonly ask: Contract;
    readonly with: (known: Known<Facts> & Refused) => unknown;
    readonly undo: Contract;
    readonly within: Duration;
    readonly subject?: string;
  };
  readonly within: Duration;
  readonly amend?: Amend;
}

export type Facts = Readonly<Record<string, unknown>>;

/** The events that tell the world how a saga ended. */
export interface Endings<Done, Begun> {
  readonly confirmed: (known: Known<Done>) => Outgoing;
  readonly rejected: (known: Known<Begun>, refusal: Refusal) => Outgoing;
  readonly cancelled: (known: Known<Begun>, reason: string) => Outgoing;
  /** An undo finally failed: a person has to finish. */
  readonly manual: (known: Known<Begun>, stuck: Refusal) => Outgoing;
}

/** What may be changed of a running saga, and what is told of it. */
export interface Amendments<Begun> {
  /** Why the one can't become the other, whatever step it is at; null when it may. */
  readonly forbids: (before: Begun, after: Begun) => Omit<Refusal, 'step'> | null;
  readonly accepted: (known: Known<Begun>, before: Begun) => Outgoing;
  readonly refused: (known: Known<Begun>, refusal: Refusal) => Outgoing;
}

/** How often an unanswered undo is asked again before it becomes a case for a person. */
export interface UndoPatience {
  readonly every: Duration;
  readonly tries: number;
}

/** A finished definition: frozen, named and versioned; running sagas stay with the version they began with. */
export interface Saga {
  readonly name: string;
  readonly version: number;
  /** The name under which steps find what the saga began with. */
  readonly inputName: string;
  readonly idOf: (input: unknown) => string;
  readonly idField: string;
  readonly steps: readonly Step[];
  readonly endings: Endings<Facts, Facts>;
  readonly undoPatience: UndoPatience;
  /** Absent where nothing may be changed. */
  readonly amendments?: Amendments<Facts>;
}

/** Collects the steps in the order of the business. */
export interface SagaBuilder<Begun, Known> {
  step<Name extends string, Value, Done, AppealValue = never>(name: Name, spec: StepSpec<Known, Value, Done, AppealValue>): SagaBuilder<Begun, Known & Readonly<Record<Name, Done>>>;
  undoPatience(patience: UndoPatience): SagaBuilder<Begun, Known>;
  amends(amendments: Amendments<Begun>): SagaBuilder<Begun, Known>;
  ends(endings: Endings<Known, Begun>): Saga;
}

/**
 * Begins a definition: `saga('order-to-cash', 1, 'order', (order: OrderPlaced) => order.orderId).step(...)...ends(...)`.
 * Undo commands carry the id alone, in the field `idField` (orderId unless told).
 */
export function saga<InputName extends string, Input>(
  name: string, version: number, inputName: InputName, idOf: (input: Input) => string,
): SagaBuilder<Readonly<Record<InputName, Input>>, Readonly<Record<InputName, Input>>> {
  // the machine hands back what the saga began with; it reads it without its type
  const start = { name, version, inputName, idOf: idOf as (input: unknown) => string, idField: 'orderId', steps: [], undoPatience: { every: minutes(1), tries: 10 } };
  return builder(start);
}

type Unfinished = Omit<Saga, 'endings'>;

function builder<Begun, Known>(so: Unfinished): SagaBuilder<Begun, Known> {
  return {
    step(name, spec) {
      if (so.steps.some((step) => step.name === name)) throw new TypeError(`the saga ${so.name} has two steps named ${name}`);
      // the builder has checked the types; the machine reads steps without them
      const step = { name, ...spec } as unknown as Step;
      return builder({ ...so, steps: Object.freeze([...so.steps, Object.freeze(step)]) });
    },
    undoPatience: (undoPatience) => builder({ ...so, undoPatience }),
    amends: (amendments) => builder({ ...so, amendments: amendments as unknown as Amendments<Facts> }),
    ends: (endings) => Object.freeze({ ...so, endings: endings as unknown as Endings<Facts, Facts> }),
  };
}
