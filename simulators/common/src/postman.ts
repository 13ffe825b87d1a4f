import { setTimeout as wait } from 'node:timers/promises';
import type { SimulatorClock } from './clock.ts';
import type { FaultRule, Faults } from './faults.ts';

/** How it went with a letter: heard, or no answer after the last attempt. */
export type Outcome = 'heard' | 'unheard';

/** One attempt as it is posted. */
export interface Attempt {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the postman works with. */
export interface Round<Letter> {
  /** The pauses before the second, third… attempt. */
  readonly retryAfterMs: () => readonly number[];
  /** The pauses pass on it. */
  readonly clock: Pick<SimulatorClock, 'pause'>;
  readonly answerWithinMs: number;
  readonly faults: () => Faults;
  /** What a fault rule is matched with: `CALLBACK <url>` and a text on the next line. */
  readonly operation: (letter: Letter) => string;
  /** Signs and writes an attempt; called for each one. */
  readonly write: (letter: Letter) => Attempt;
  readonly isHeard: (status: number, answer: string) => boolean;
  /** Letters of one queue go one after the other; all at once when there is none. */
  readonly queueOf?: (letter: Letter) => string;
  readonly settle: (letter: Letter, outcome: Outcome) => void;
}

/** Takes letters to whoever waits for them, no more than a few at a time, and again until they are heard. */
export interface Postman<Letter> {
  send(letters: readonly Letter[]): void;
  /** Lets what is under way go; unheard letters are sent again after the next start. */
  stop(): void;
}

const AT_ONCE = 32;

/** Hires a postman. */
export function hirePostman<Letter>(round: Round<Letter>): Postman<Letter> {
  const lastOf = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const turn = turns(AT_ONCE);
  const deliver = async (letter: Letter) => {
    for (const pause of [0, ...round.retryAfterMs()]) {
      if (pause > 0) await round.clock.pause(pause, stopping.signal);
      if (stopping.signal.aborted) return;
      const isHeard = await turn(() => attempt(letter, round, stopping.signal));
      // Nothing may be recorded once the journal is closed
      if (stopping.signal.aborted) return;
      if (isHeard) return round.settle(letter, 'heard');
    }
    round.settle(letter, 'unheard');
  };
  const inOrder = (queue: string, letter: Letter) => {
    const before = lastOf.get(queue) ?? Promise.resolve();
    const delivered = before.then(() => deliver(letter)).catch(() => {});
    lastOf.set(queue, delivered);
    void delivered.then(() => lastOf.get(queue) === delivered && lastOf.delete(queue));
  };
  return {
    send: (letters) => letters.forEach((letter) => {
      const queue = round.queueOf?.(letter);
      if (queue === undefined) void deliver(letter).catch(() => {});
      else inOrder(queue, letter);
    }),
    stop: () => stopping.abort(),
  };
}

async function attempt<Letter>(letter: Letter, round: Round<Letter>, stopped: AbortSignal): Promise<boolean> {
  const fault: FaultRule = round.faults().take(round.operation(letter)) ?? {};
  if (fault.delayMs) await wait(fault.delayMs, undefined, { signal: stopped, ref: false });
  if (fault.dropBeforeCommit || fault.status !== undefined || fault.body !== undefined) return false;
  const isCut = fault.garbage === true || fault.half === true;
  const whole = round.write(letter);
  // Signed over the whole body even when half of it is sent, so that a receiver can tell
  const sent = isCut ? { ...whole, body: whole.body.slice(0, whole.body.length / 2) } : whole;
  const isHeard = await post(sent, round, stopped).catch(() => false);
  return isHeard && !fault.dropAfterCommit && !isCut;
}

async function post<Letter>({ url, headers, body }: Attempt, { answerWithinMs, isHeard }: Round<Letter>, stopped: AbortSignal): Promise<boolean> {
  const response = await fetch(url, { method: 'POST', signal: AbortSignal.any([stopped, AbortSignal.timeout(answerWithinMs)]), headers, body });
  return isHeard(response.status, await response.text());
}

function turns(atOnce: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const queue: (() => void)[] = [];
  let free = atOnce;
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => queue.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    }
  };
}
