import { setTimeout as wait } from 'node:timers/promises';
import axios, { type AxiosRequestConfig, type GenericAbortSignal } from 'axios';
import type { Duration } from '@order-mesh/kernel';
import { guardedAgents, partnerHttp, turnedAway } from '@order-mesh/outbound';

/** What came back over HTTP, or why nothing to go by did. */
export type HttpAnswer = { readonly type: 'body'; readonly body: string } | NoAnswer;

export type NoAnswer =
  /** U8 surely did nothing: it was not reached, or it would not let us in. */
  | { readonly type: 'unavailable'; readonly detail: string; readonly retryAfter?: Duration; readonly heard?: boolean }
  /** It may have been done. `late`: the time given was used up. `heard`: U8 works on it. */
  | { readonly type: 'unknown'; readonly detail: string; readonly late?: boolean; readonly retryAfter?: Duration; readonly heard?: boolean };

/** One way to a U8 server; what goes wrong is an answer, never a throw. */
export interface U8Http {
  request(request: AxiosRequestConfig): Promise<HttpAnswer>;
  close(): void;
}

const MOST_BYTES = 16 * 1024 * 1024;

/** Opens a way; each request has `timeout`. */
export function openHttp({ url, timeout }: { readonly url: string; readonly timeout: Duration }): U8Http {
  const agents = guardedAgents({ own: url });
  const http = partnerHttp({ own: url }, MOST_BYTES, { baseURL: url, timeout, maxBodyLength: MOST_BYTES, ...agents });
  return {
    async request(request) {
      try {
        const { status, data, headers } = await http.request<unknown>({ ...request, signal: endingIn(timeout * LONGEST_ANSWER, request.signal) });
        if (status === 429) return turnedAway('U8 answered HTTP 429', { status, headers });
        // U8 answers its refusals with 200 too: any other status is a relay's or a web server's
        return status === 200 ? { type: 'body', body: String(data) } : { type: 'unknown', detail: `U8 answered HTTP ${status}` };
      } catch (error) {
        return troubleIn(error);
      }
    },
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/** So many times the timeout is the end of an answer that keeps coming: the client's own begins anew with every byte. */
const LONGEST_ANSWER = 3;

// A signal that is over already is passed on as it is: it may tell so only when it is asked
function endingIn(longest: Duration, asked: AxiosRequestConfig['signal']): GenericAbortSignal {
  if (!(asked instanceof AbortSignal)) return AbortSignal.timeout(longest);
  return asked.aborted ? asked : AbortSignal.any([asked, AbortSignal.timeout(longest)]);
}

const MOST_TRIES = 3;
const PAUSE_MS = 40;

/** Makes a request that may be made again up to three times while its answer is lost: one lost answer in a booking need not cost all of it. */
export async function persistently<Said extends { readonly type: string }>(request: () => Promise<Said | NoAnswer>): Promise<Said | NoAnswer> {
  for (let tries = 1; ; tries += 1) {
    const said = await request();
    if (!isLost(said) || tries === MOST_TRIES) return said;
    await wait(PAUSE_MS * tries);
  }
}

function isLost(said: { readonly type: string; readonly late?: boolean }): boolean {
  return said.type === 'unknown' && !said.late;
}

const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);
const USED_UP = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ERR_CANCELED']);

// The error itself is not passed on: it carries the request with token, secret or sender
function troubleIn(error: unknown): NoAnswer {
  const code = axios.isAxiosError(error) ? error.code ?? 'no code' : 'unexpected';
  const detail = `U8 did not answer (${code})`;
  return NOT_CONNECTED.has(code) ? { type: 'unavailable', detail } : { type: 'unknown', detail, late: USED_UP.has(code) };
}
