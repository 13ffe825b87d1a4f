import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MeshError, seconds, type Duration } from '@order-mesh/kernel';
import type { Session } from '../session/session.ts';

/** Asks a gateway and gives what it answers, as its documentation describes it. */
export type Ask = <Answer>(method: 'GET' | 'POST', path: string, body?: object, signer?: Signer) => Promise<Answer>;

/** The field of a body under which a gateway before tokens was told who acts. */
export type Signer = 'author' | 'by' | 'requestedBy' | 'decidedBy' | 'assignedBy' | 'editedBy' | 'replayedBy' | 'droppedBy' | 'pausedBy' | 'resumedBy';

/** Asks at this address as whoever is signed in. Rejects with NOT_RUNNING when nobody answers there, NOT_SIGNED_IN when it does not take the session, BAD_REQUEST when it says no. */
export const askAt = (url: string, session: Session): Ask => async <Answer>(method: 'GET' | 'POST', path: string, body?: object, signer?: Signer) => {
  const signed = body && signer !== undefined && session.name !== undefined ? { ...body, [signer]: session.name } : body;
  const answer: Answer = JSON.parse(await request(url, { method, path, body: signed, token: await session.token() }));
  return answer;
};

/** Why the gateway says no; null when it does what it is asked. Rejects when nobody is there. */
export async function refusalOf(asking: Promise<unknown>): Promise<string | null> {
  try {
    await asking;
    return null;
  } catch (error) {
    if (error instanceof MeshError && error.code === 'BAD_REQUEST') return error.advice;
    throw error;
  }
}

/** Whether the gateway says no for the reason of this code, as its documentation lists them. */
export const isRefusal = (error: unknown, code: string): boolean => error instanceof MeshError && error.cause === `urn:order-mesh:problem:${code}`;

/** A query of what is given; begins with ? unless empty. */
export function search(query: object): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return params.size === 0 ? '' : `?${params.toString()}`;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object | undefined;
  readonly token: string;
}

async function request(url: string, { method, path, body, token }: Request): Promise<string> {
  // the same at each repetition, so that it is carried out once
  const key: Record<string, string> = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
  const response = await patiently(() => fetch(`${url}${path}`, {
    method,
    signal: AbortSignal.timeout(30_000),
    ...(body && { body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }), ...key },
  }).catch((cause: unknown) => { throw notRunning(url, cause); }));
  const text = await response.text();
  if (response.ok) return text;
  const complaint = complaintIn(text);
  if (response.status === UNAUTHORIZED) throw new MeshError('NOT_SIGNED_IN', { advice: complaint?.words ?? 'not signed in: mesh login', cause: complaint?.type });
  throw new MeshError('BAD_REQUEST', { advice: complaint?.words ?? `the gateway answered ${response.status} to ${method} ${path}`, cause: complaint?.type });
}

const UNAUTHORIZED = 401;
const TOO_MANY_REQUESTS = 429;
const PATIENCE = seconds(60);

/** Asks again when it was told to come later (429 with Retry-After: nothing was done), for a minute at most; then the refusal is the answer. */
export async function patiently(ask: () => Promise<Response>, wait: (length: Duration) => Promise<unknown> = sleep): Promise<Response> {
  for (let left = PATIENCE; ;) {
    const response = await ask();
    const pause = seconds(Number(response.headers.get('retry-after') ?? Number.NaN));
    if (response.status !== TOO_MANY_REQUESTS || !(pause <= left)) return response;
    await response.body?.cancel();
    await wait(pause);
    left -= pause;
  }
}

function notRunning(url: string, cause: unknown): MeshError {
  return new MeshError('NOT_RUNNING', { cause, advice: `no mesh answers at ${url}; start one here with "mesh up" (or npm start), or say where it is with --gateway or GATEWAY_URL` });
}

interface Complaint {
  readonly type: string | undefined;
  readonly words: string;
}

/** What a problem report (RFC 9457) says, in one sentence, and what it is called. */
function complaintIn(text: string): Complaint | undefined {
  try {
    const { type, title, detail, errors = [] }: { readonly type?: string; readonly title?: string; readonly detail?: string; readonly errors?: readonly Fault[] } = JSON.parse(text);
    const faults = errors.map((fault) => `${fault.parameter ?? fault.pointer ?? fault.header ?? ''} ${fault.detail}`.trim());
    return { type, words: [detail ?? title, ...faults.filter((fault) => !detail?.includes(fault))].join('; ') };
  } catch {
    return undefined;
  }
}

interface Fault {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}
