import { milliseconds } from '@order-mesh/kernel';

/** What a person's Ctrl-C or a SIGTERM asks for: first an orderly end, then, when asked again, one at once. */
export interface Interruption {
  /** Aborted at the first signal. */
  readonly asked: AbortSignal;
  /** Runs at the second signal. */
  onAgain(work: () => void): void;
}

/** One Ctrl-C may arrive twice, from the terminal and through npm. */
const SAME_KEYSTROKE = milliseconds(500);

export function listenForInterruption(): Interruption {
  const first = new AbortController();
  let firstAt = 0;
  let again = (): void => {};
  const hear = (): void => {
    if (!first.signal.aborted) {
      firstAt = Date.now();
      first.abort();
      return;
    }
    if (Date.now() - firstAt > SAME_KEYSTROKE) again();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, hear);
  return { asked: first.signal, onAgain: (work) => { again = work; } };
}

/** The work's result, or null when the signal comes first; the work goes on unheard then. */
export async function unlessAsked<Result>(asked: AbortSignal, work: Promise<Result>): Promise<Result | null> {
  work.catch(() => {});
  return Promise.race([work, untilAsked(asked)]);
}

export function untilAsked(asked: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (asked.aborted) resolve(null);
    asked.addEventListener('abort', () => { resolve(null); }, { once: true });
  });
}
