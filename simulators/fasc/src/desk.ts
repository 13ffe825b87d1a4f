import { randomUUID } from 'node:crypto';
import type { Journal, SimulatorClock } from '@order-mesh/simulator';
import type { Entry, Letter, Memory } from './memory.ts';
import { isNamed } from './people.ts';
import type { FascSettings } from './settings.ts';
import { expire, followAbolishing, isProblem, sign, whoseTurn, type Actor, type Behaviour, type Problem, type SignTask, type Step } from './task.ts';

/** What the desk works with. */
export interface DeskContext {
  readonly memory: Memory;
  readonly journal: () => Journal<Entry>;
  readonly settings: () => FascSettings;
  readonly behaviourOf: (actor: Actor) => Behaviour;
  readonly clock: SimulatorClock;
  readonly send: (letters: readonly Letter[]) => void;
}

/** Where tasks are kept moving: every change is recorded, told to callbackUrl, and the next actor is given the pen. */
export interface Desk {
  /** Takes a step over; a "no" changes nothing. */
  take(step: Step | Problem): SignTask | Problem;
  /** Goes on with every task an earlier process left open. */
  resume(): void;
  stop(): void;
}

/** Opens the desk. */
export function openDesk(context: DeskContext): Desk {
  const { memory, journal, settings, behaviourOf, clock } = context;
  const timers = new Map<string, () => void>();
  const take = (step: Step | Problem): SignTask | Problem => {
    if (isProblem(step)) return step;
    const original = step.task.abolishes === undefined ? undefined : memory.task(step.task.abolishes);
    const followed = original && followAbolishing(original, step.task, clock.now());
    const steps = followed ? [step, followed] : [step];
    const letters = steps.flatMap(lettersOf);
    journal().record({ type: 'changed', tasks: steps.map(({ task }) => task), letters });
    context.send(letters);
    wake(step.task);
    return step.task;
  };
  const wake = (task: SignTask) => {
    timers.get(task.id)?.();
    timers.delete(task.id);
    const dueAt = nextAt(task, context);
    if (dueAt === undefined) return;
    timers.set(task.id, clock.at(dueAt, () => goOn(task.id)));
  };
  const goOn = (taskId: string) => {
    const task = memory.task(taskId);
    const actor = task && whoseTurn(task);
    if (!task || !actor) return;
    const expired = expire(task, clock.now());
    const behaviour = behaviourOf(actor);
    if (expired) take(expired);
    else if (behaviour === 'silent') wake(task);
    else take(sign(task, actor, { behaviour, now: clock.now(), quietly: task.actors.some((one) => isNamed(one, settings().quiet)) }));
  };
  return {
    take,
    resume() {
      memory.tasks().forEach(wake);
      context.send([...memory.waiting.values()]);
    },
    stop: () => timers.forEach((leave) => leave()),
  };
}

function nextAt(task: SignTask, { settings, behaviourOf, clock }: DeskContext): number | undefined {
  const actor = whoseTurn(task);
  if (!actor) return undefined;
  if (actor.seals) return clock.now();
  const expiresAt = task.expiresAt ?? Infinity;
  return behaviourOf(actor) === 'silent' ? (task.expiresAt && expiresAt) : Math.min(expiresAt, clock.now() + settings().signDelayMs);
}

function lettersOf({ task: { id, callbackUrl }, notices }: Step): readonly Letter[] {
  if (callbackUrl === undefined) return [];
  return notices.map(({ event, content }) => ({ id: randomUUID(), taskId: id, url: callbackUrl, event, bizContent: JSON.stringify(content) }));
}
