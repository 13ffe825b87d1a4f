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

export function unreachable(cause?: unknown): MeshError {
  return new MeshError('BROKER_UNREACHABLE', { cause, advice: 'is Kafka running at the address in KAFKA_BROKERS? what was not sent is sent again' });
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
