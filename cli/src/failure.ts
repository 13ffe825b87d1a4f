import { MeshError } from '@order-mesh/kernel';

export const exitCodes = { done: 0, failed: 1, notUnderstood: 2 } as const;

/** What went wrong, for a person: what to do where we know it, all there is where we do not. */
export function explain(error: unknown): string {
  if (error instanceof MeshError) return `${error.advice} (${error.code})`;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
