import { defaultPolicy, isMessageName, type Contract, type MessageName } from '@order-mesh/contracts';
import { everyVersion } from '@order-mesh/order-orchestrator';

/** A step of an order as its messages show it; read from the definition the mesh itself runs by. */
export interface ShownStep {
  readonly name: string;
  readonly ask: MessageName;
  readonly done: MessageName;
  readonly undo: MessageName;
  readonly undone: MessageName;
  /** Null for a step whose undo is never refused. */
  readonly undoRefused: MessageName | null;
}

/** The steps of every version of the definition by its name, such as order-to-cash@1, the newest version first. */
export const stepsByDefinition: ReadonlyMap<string, readonly ShownStep[]> = new Map(everyVersion(defaultPolicy).map((saga) => [`${saga.name}@${saga.version}`, saga.steps.map(({ name, ask, undo }): ShownStep => ({
  name, ask: named(ask), done: answer(ask, 'done'), undo: named(undo), undone: answer(undo, 'undone'),
  undoRefused: undo.reply.refused === undefined ? null : answer(undo, 'refused'),
}))]));

/** The steps of an order that begins today, the first one first; those of earlier versions are among them. */
export const steps: readonly ShownStep[] = [...stepsByDefinition.values()][0] ?? [];

/** What is asked and answered while an order is undone. */
export const undoing: ReadonlySet<MessageName> = new Set(steps.flatMap(({ undo, undone, undoRefused }) => [undo, undone, ...(undoRefused ? [undoRefused] : [])]));

/** How an order ends, by the event that tells it. */
export const endings = { OrderConfirmed: 'confirmed', OrderRejected: 'rejected', OrderCancelled: 'cancelled', OrderNeedsAttention: 'manual' } as const;

export const isEnding = (type: MessageName): type is keyof typeof endings => type in endings;

function named({ name }: Contract): MessageName {
  if (!isMessageName(name)) throw new TypeError(`there is no message ${name}`);
  return name;
}

function answer(contract: Contract, how: 'done' | 'refused' | 'undone'): MessageName {
  const name = contract.reply[how] ?? '';
  if (!isMessageName(name)) throw new TypeError(`${contract.name} has no answer for "${how}"`);
  return name;
}
