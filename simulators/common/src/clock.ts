import { openJournal } from './journal.ts';

/** A simulator's clock: it runs as the machine's does and can be moved forward, so that what takes days can be played through. */
export interface SimulatorClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** How far it is ahead of where it began, in milliseconds. */
  ahead(): number;
  /** Moves it forward; whatever has become due meanwhile happens at once, the earliest first. */
  advance(byMs: number): void;
  /** Has `work` done at that moment of this clock; call what it answers to have it left undone. */
  at(dueAt: number, work: () => void): () => void;
  /** Waits so long on this clock, in milliseconds; ends early, without an error, when `signal` aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Leaves undone what still waits. */
  close(): void;
}

export interface ClockOptions {
  readonly name: string;
  /** Keeps how far the clock was moved between runs: what is past stays past. */
  readonly stateDir?: string | undefined;
  /** What it runs by; the machine's clock if not named. */
  readonly runsBy?: (() => number) | undefined;
}

interface Waiting {
  readonly dueAt: number;
  readonly work: () => void;
  timer: NodeJS.Timeout | undefined;
}

// setTimeout fires at once for anything longer
const LONGEST_TIMER_MS = 2_147_483_647;

/** Opens a clock, as far ahead as an earlier run has moved it. */
export function openClock({ name, stateDir, runsBy = Date.now }: ClockOptions): SimulatorClock {
  const waiting = new Set<Waiting>();
  let ahead = 0;
  const journal = openJournal<{ readonly advancedMs: number }>({ name: `${name}-clock`, stateDir, apply: ({ advancedMs }) => void (ahead += advancedMs) });
  const now = () => runsBy() + ahead;
  const arm = (one: Waiting) => {
    clearTimeout(one.timer);
    const wait = Math.max(0, one.dueAt - now());
    one.timer = setTimeout(() => {
      if (wait > LONGEST_TIMER_MS) return arm(one);
      waiting.delete(one);
      one.work();
    }, Math.min(wait, LONGEST_TIMER_MS));
  };
  const at = (dueAt: number, work: () => void) => {
    const one: Waiting = { dueAt, work, timer: undefined };
    waiting.add(one);
    arm(one);
    return () => {
      clearTimeout(one.timer);
      waiting.delete(one);
    };
  };
  return {
    now,
    at,
    ahead: () => ahead,
    advance(byMs) {
      journal.record({ advancedMs: byMs });
      for (const one of [...waiting].sort((first, other) => first.dueAt - other.dueAt)) arm(one);
    },
    pause: (ms, signal) => new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = at(now() + ms, end);
      signal.addEventListener('abort', end);
    }),
    close() {
      for (const { timer } of waiting) clearTimeout(timer);
      waiting.clear();
      journal.close();
    },
  };
}

/** How far a clock is to be moved, in milliseconds, as it is asked for over HTTP: `{"advanceMs":262800000}` or `{"to":"2026-12-01T00:00:00Z"}`; the problem in words otherwise. */
export function readAdvance(input: unknown, now: number): number | string {
  const { advanceMs, to, ...others } = typeof input === 'object' && input !== null ? { advanceMs: undefined, to: undefined, ...input } : { advanceMs: undefined, to: undefined };
  const byMs = typeof to === 'string' && advanceMs === undefined ? Date.parse(to) - now : advanceMs;
  if (typeof byMs !== 'number' || Number.isNaN(byMs) || Object.keys(others).length > 0) return 'say {"advanceMs": 3600000} or {"to": "2026-12-01T00:00:00Z"}';
  if (byMs < 0) return 'a clock is only moved forward: what has happened has happened';
  return byMs <= MOST_AHEAD_MS ? byMs : 'a clock is moved ten years at most';
}

const MOST_AHEAD_MS = 10 * 366 * 86_400_000;
