import { setTimeout as setTimer } from 'node:timers/promises';
import { MeshError } from '@order-mesh/kernel';

/** Waits, or until `end` says that nobody waits any more. */
export async function pause(ms: number, end: AbortSignal): Promise<void> {
  await setTimer(ms, undefined, { signal: end }).catch(() => undefined);
}

/** Waits for `work`, but no longer than `ms`; tells whether it ended in time. A failure of `work` is thrown. */
export async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => { timer = setTimeout(() => resolve(false), ms); });
  try {
    return await Promise.race([work.then(() => true as const), limit]);
  } finally {
    clearTimeout(timer);
  }
}

const ASK_AGAIN_MS = 250;
const PATIENCE_MS = 20_000;

/** Asks until it is answered, or closed. Throws BROKER_UNREACHABLE after 20 s. */
export async function untilAnswered<Answer>(ask: () => Promise<Answer>, end: AbortSignal): Promise<Answer> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > giveUpAt || end.aborted) throw unreachable(error);
      await pause(ASK_AGAIN_MS, end);
    }
  }
}

export function unreachable(cause?: unknown): MeshError {
  return new MeshError('BROKER_UNREACHABLE', { cause, advice: 'is Kafka running at the address in KAFKA_BROKERS? what was not sent is sent again' });
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

const SAME_TROUBLE_MS = 10_000;

/** Tells of the same trouble once in 10 s; of nothing when nobody listens. */
export function sparingly(tell: ((trouble: Error) => void) | undefined): (trouble: Error) => void {
  let last = { message: '', at: 0 };
  return (trouble) => {
    const now = Date.now();
    if (trouble.message === last.message && now - last.at < SAME_TROUBLE_MS) return;
    last = { message: trouble.message, at: now };
    tell?.(trouble);
  };
}
