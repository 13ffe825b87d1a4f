/** The closed list of what can be wrong; a code never changes its meaning. */
export type MeshErrorCode =
  | 'BAD_AMOUNT'
  | 'BAD_CONFIG'
  | 'BAD_MESSAGE'
  | 'BAD_REQUEST'
  | 'BROKEN_PROMISE'
  | 'BROKER_UNREACHABLE'
  | 'CONSUMER_STALLED'
  | 'CONTRACT_INCOMPATIBLE'
  | 'DATABASE_UNREACHABLE'
  | 'MIGRATION_CHANGED'
  | 'MESSAGE_REPEATED'
  | 'OFFSET_MOVED'
  | 'OUTCOME_UNKNOWN'
  | 'OVERLOADED'
  | 'PARTNER_BROKEN'
  | 'PARTNER_UNREACHABLE'
  | 'PORT_TAKEN'
  | 'TOO_MANY_ROUNDS'
  | 'MISSING_TOOL'
  | 'NOT_RUNNING'
  | 'NOT_SIGNED_IN'
  | 'TIMED_OUT';

/** An accident, never a refusal: what broke, why, and what the reader should do about it. */
export class MeshError extends Error {
  readonly code: MeshErrorCode;
  readonly advice: string;

  constructor(code: MeshErrorCode, { advice, cause }: { readonly advice: string; readonly cause?: unknown }) {
    super(`${code}: ${advice}`, { cause });
    this.name = 'MeshError';
    this.code = code;
    this.advice = advice;
  }
}

/** PostgreSQL at `at`, which holds no password, was not reached or let nobody in. */
export function databaseUnreachable(at: string, cause: unknown): MeshError {
  return new MeshError('DATABASE_UNREACHABLE', { cause, advice: `PostgreSQL at ${at} says: ${cause instanceof Error ? cause.message : String(cause)}; check DATABASE_URL and whether it runs` });
}

/** Ends a complete `switch`: the compiler proves it unreachable, the runtime says so if the proof was wrong. */
export function never(value: never): never {
  throw new MeshError('BROKEN_PROMISE', { advice: `no branch handles ${JSON.stringify(value)}` });
}
