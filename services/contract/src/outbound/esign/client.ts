import type { Clock } from '@order-mesh/kernel';
import type { AxiosResponse } from 'axios';
import { fieldOf, jsonIn, partnerHttp, textOf, turnedAway, type NotHeard } from '@order-mesh/outbound';
import { callSignature, contentMd5 } from './signature.ts';

export interface EsignAccess {
  readonly url: string;
  readonly appId: string;
  readonly appSecret: string;
}

/** What e签宝 said: the data of a success, its "no", or that it could not be heard. */
export type EsignAnswer =
  | { readonly type: 'data'; readonly data: unknown }
  | { readonly type: 'no'; readonly code: string; readonly message: string }
  | NotHeard;

export interface EsignClient {
  get(path: string, signal: AbortSignal): Promise<EsignAnswer>;
  post(path: string, body: object, signal: AbortSignal): Promise<EsignAnswer>;
}

const ACCEPT = '*/*';
const JSON_TYPE = 'application/json; charset=UTF-8';
const MOST_ANSWER_BYTES = 2_000_000;

/** Speaks e签宝 v3, every call signed. Rejects when no answer came. */
export function esignClient({ url, appId, appSecret }: EsignAccess, clock: Clock): EsignClient {
  const http = partnerHttp({ own: url }, MOST_ANSWER_BYTES);

  async function call(method: 'GET' | 'POST', path: string, body: Buffer | undefined, signal: AbortSignal): Promise<EsignAnswer> {
    const [md5, contentType] = body ? [contentMd5(body), JSON_TYPE] : ['', ''];
    const headers = {
      Accept: ACCEPT,
      'X-Tsign-Open-App-Id': appId,
      'X-Tsign-Open-Auth-Mode': 'Signature',
      'X-Tsign-Open-Ca-Timestamp': String(clock.now()),
      'X-Tsign-Open-Ca-Signature': callSignature({ method, accept: ACCEPT, contentMd5: md5, contentType, path }, appSecret),
      ...(body && { 'Content-MD5': md5, 'Content-Type': contentType }),
    };
    const answer = await http.request<unknown>({ method, url: `${url}${path}`, headers, data: body, signal });
    return read(answer);
  }

  return {
    get: (path, signal) => call('GET', path, undefined, signal),
    post: (path, body, signal) => call('POST', path, Buffer.from(JSON.stringify(body)), signal),
  };
}

function read({ status, data: body, headers }: AxiosResponse<unknown>): EsignAnswer {
  if (status >= 400 && status < 500) return turnedAway(`e签宝 answered HTTP ${status}: ${String(body).slice(0, 200)}`, { status, headers });
  const answer = jsonIn(String(body));
  const code = textOf(answer, 'code');
  if (status !== 200 || code === '') return { type: 'unknown', detail: `not an answer of e签宝 (HTTP ${status})` };
  return code === '0' ? { type: 'data', data: fieldOf(answer, 'data') } : { type: 'no', code, message: textOf(answer, 'message') };
}
