import type { Outcome } from '@order-mesh/simulator';
import type { SignTask } from './task.ts';

/** A callback that is due, until it was heard. */
export interface Letter {
  readonly id: string;
  readonly taskId: string;
  readonly url: string;
  readonly event: string;
  /** The JSON text, word for word the same at every attempt. */
  readonly bizContent: string;
}

/** What the journal keeps. */
export type Entry =
  | { readonly type: 'announced'; readonly place: string }
  | { readonly type: 'processed'; readonly fileId: string; readonly place: string }
  | { readonly type: 'changed'; readonly tasks: readonly SignTask[]; readonly letters: readonly Letter[] }
  | { readonly type: 'deleted'; readonly taskId: string }
  | { readonly type: 'told'; readonly letterId: string; readonly taskId: string; readonly outcome: Outcome };

/** Everything 法大大 knows, found by what callers ask for. */
export interface Memory {
  apply(entry: Entry): void;
  isAnnounced(place: string): boolean;
  /** Where the bytes of a processed file lie. */
  placeOf(fileId: string): string | undefined;
  task(id: string): SignTask | undefined;
  /** All tasks, oldest first. */
  tasks(): readonly SignTask[];
  /** Letters nobody has heard yet, oldest first. */
  readonly waiting: ReadonlyMap<string, Letter>;
  /** How many letters of a task were heard, and how many given up. */
  told(taskId: string): Readonly<Record<Outcome, number>>;
}

/** Starts with nothing known. */
export function emptyMemory(): Memory {
  const places = new Set<string>();
  const files = new Map<string, string>();
  const tasks = new Map<string, SignTask>();
  const waiting = new Map<string, Letter>();
  const outcomes = new Map<string, Readonly<Record<Outcome, number>>>();
  const told = (taskId: string) => outcomes.get(taskId) ?? { heard: 0, unheard: 0 };
  return {
    waiting,
    told,
    apply(entry) {
      switch (entry.type) {
        case 'announced': return void places.add(entry.place);
        case 'processed': return void files.set(entry.fileId, entry.place);
        case 'changed':
          entry.tasks.forEach((task) => tasks.set(task.id, task));
          return entry.letters.forEach((letter) => waiting.set(letter.id, letter));
        case 'deleted': return void tasks.delete(entry.taskId);
        case 'told':
          waiting.delete(entry.letterId);
          return void outcomes.set(entry.taskId, { ...told(entry.taskId), [entry.outcome]: told(entry.taskId)[entry.outcome] + 1 });
      }
    },
    isAnnounced: (place) => places.has(place),
    placeOf: (fileId) => files.get(fileId),
    task: (id) => tasks.get(id),
    tasks: () => [...tasks.values()],
  };
}
