import { MeshError } from '@order-mesh/kernel';
import { isPassing } from '@order-mesh/platform';

/** One thing that is wrong with a request, and where. */
export interface ProblemError {
  /** Place in the body, as a JSON pointer (RFC 6901) in a URI fragment. */
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}

/** Everything that can be wrong, by its stable code: the end of the problem's type. */
export const problems = {
  'invalid-request': { status: 400, title: 'The request cannot be read' },
  'not-signed-in': { status: 401, title: 'Nobody is signed in' },
  'invalid-token': { status: 401, title: 'The access token is not taken' },
  forbidden: { status: 403, title: 'Not allowed' },
  'own-change': { status: 403, title: 'Nobody releases an own change' },
  'own-request': { status: 403, title: 'Nobody decides on an own request' },
  'missing-idempotency-key': { status: 400, title: 'The request names no idempotency key' },
  'unknown-path': { status: 404, title: 'Nothing answers here' },
  'unknown-order': { status: 404, title: 'The order is not known' },
  'unknown-approval': { status: 404, title: 'The task is not known' },
  'unknown-delegation': { status: 404, title: 'The delegation is not known' },
  'unknown-case': { status: 404, title: 'The case is not known' },
  'unknown-import': { status: 404, title: 'The import is not known' },
  'unknown-letter': { status: 404, title: 'The dead letter is not known' },
  'unknown-partner': { status: 404, title: 'The partner system is not known' },
  'unknown-run': { status: 404, title: 'The reconciliation is not known' },
  'unknown-difference': { status: 404, title: 'The difference is not known' },
  'unknown-point': { status: 404, title: 'The decision point is not known' },
  'unknown-version': { status: 404, title: 'The version of the rules is not known' },
  'unknown-change': { status: 404, title: 'The change of the rules is not known' },
  'unknown-shadow': { status: 404, title: 'The change of the rules does not decide silently, and never did' },
  'unknown-simulation': { status: 404, title: 'The simulation is not known' },
  'method-not-allowed': { status: 405, title: 'This is not done here' },
  'answer-lost': { status: 409, title: 'The request was carried out and its answer was lost' },
  'request-in-flight': { status: 409, title: 'The same request is being answered' },
  'order-differs': { status: 409, title: 'The order was placed before with other content' },
  'order-ended': { status: 409, title: 'The order has ended' },
  'approval-closed': { status: 409, title: 'The task is closed' },
  'case-closed': { status: 409, title: 'The case is closed' },
  'contacts-needed': { status: 409, title: 'Orders under way need the contacts' },
  'contacts-not-sealed': { status: 409, title: 'The contacts were not sealed' },
  'import-not-now': { status: 409, title: 'The import does not allow it as it stands' },
  'letter-closed': { status: 409, title: 'The dead letter is closed' },
  'run-under-way': { status: 409, title: 'The books are being compared' },
  'difference-closed': { status: 409, title: 'The difference is not open' },
  'repair-by-hand': { status: 409, title: 'No machine may repair it' },
  'change-not-now': { status: 409, title: 'The change of the rules does not allow it as it stands' },
  'too-large': { status: 413, title: 'The request is too large' },
  'not-json': { status: 415, title: 'The body is not JSON' },
  'invalid-order': { status: 422, title: 'The order cannot be taken' },
  'invalid-message': { status: 422, title: 'The message does not fit its schema' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used for another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  overloaded: { status: 429, title: 'Too much work is waiting' },
  internal: { status: 500, title: 'Something is broken on our side' },
  unavailable: { status: 503, title: 'The service cannot answer right now' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>;

export type ProblemCode = keyof typeof problems;

interface ProblemDetails {
  readonly errors?: readonly ProblemError[];
  readonly cause?: unknown;
  readonly retryAfterSeconds?: number;
}

/** A refusal on its way to the client as RFC 9457 problem details. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly ProblemError[];
  /** When to come again; null for what usually follows from the code. */
  readonly retryAfterSeconds: number | null;

  constructor(code: ProblemCode, detail: string, { errors = [], cause, retryAfterSeconds }: ProblemDetails = {}) {
    super(`${code}: ${detail}`, { cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds ?? null;
  }
}

/** What a client is told to wait before it tries again, in seconds; null where trying again changes nothing. */
export function retryAfter({ code, retryAfterSeconds }: Problem): number | null {
  if (retryAfterSeconds !== null) return retryAfterSeconds;
  switch (code) {
    case 'request-in-flight': return 1;
    case 'overloaded': return 2;
    case 'unavailable': return 5;
    default: return null;
  }
}

/** How to sign in, as RFC 6750 says it. */
export function challengeOf({ code, detail }: Problem): string {
  const why = code === 'invalid-token' ? `, error="invalid_token", error_description="${detail.replaceAll(/[^\x20-\x7e]|["\\]/g, "'")}"` : '';
  return `Bearer realm="order-mesh"${why}`;
}

/** The body of the answer. Holds what the client may know and nothing else. */
export function problemBody({ code, detail, errors }: Problem, correlationId: string): Readonly<Record<string, unknown>> {
  const { status, title } = problems[code];
  return { type: `urn:order-mesh:problem:${code}`, title, status, detail, correlationId, ...(errors.length > 0 && { errors }) };
}

/** Whatever was thrown, as a problem. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof MeshError) return ofMeshError(error);
  if (isPassing(error)) return new Problem('unavailable', 'the database does not answer; try again in a few seconds', { cause: error });
  const status = statusOf(error);
  if (status === 400) return new Problem('invalid-request', 'the body is not well-formed JSON', { cause: error });
  if (status === 404) return new Problem('unknown-path', 'nothing answers at this path; see /docs', { cause: error });
  if (status === 405) return new Problem('method-not-allowed', 'this method is not offered here; see /docs', { cause: error });
  if (status === 413) return new Problem('too-large', 'a request may hold 256 KB, one with a set of rules or a message 1 MB; split the order', { cause: error });
  if (status === 415) return new Problem('not-json', 'send the body in UTF-8, uncompressed or gzip, as Content-Type: application/json', { cause: error });
  if (status !== null && status < 500) return new Problem('invalid-request', 'the request cannot be read', { cause: error });
  return new Problem('internal', 'the error was logged; nothing was done halfway', { cause: error });
}

function ofMeshError(error: MeshError): Problem {
  switch (error.code) {
    case 'OVERLOADED': return new Problem('overloaded', error.advice, { cause: error });
    case 'NOT_RUNNING': case 'TIMED_OUT': case 'DATABASE_UNREACHABLE': case 'BROKER_UNREACHABLE': return new Problem('unavailable', error.advice, { cause: error });
    default: return new Problem('internal', 'the error was logged; nothing was done halfway', { cause: error });
  }
}

function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  return 'status' in error && typeof error.status === 'number' ? error.status : null;
}
