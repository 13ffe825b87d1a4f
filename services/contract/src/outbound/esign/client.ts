import axios from 'axios';
import type { Clock } from '@order-mesh/kernel';
import { fieldOf, jsonIn, textOf, type CallResult } from '@order-mesh/outbound';
import { callSignature, contentMd5 } from './signature.ts';

export interface EsignAccess {
  readonly url: string;
  readonly appId: string;
  readonly appSecret: string;
  /** Further hosts that files may be put to and fetched from, as `host` or `host:port`. */
  readonly fileHosts: readonly string[];
}

/** What e签宝 said: the data of a success, its "no", or that it could not be heard. */
export type EsignAnswer =
  | { readonly type: 'data'; readonly data: unknown }
  | { readonly type: 'no'; readonly code: string; readonly message: string }
  | Extract<CallResult<never>, { readonly type: 'unavailable' | 'unknown' }>;

export interface EsignClient {
  get(path: string, signal: AbortSignal): Promise<EsignAnswer>;
  post(path: string, body: object, signal: AbortSignal): Promise<EsignAnswer>;
  /** Puts a file where the provider said; false when it was not taken. */
  put(url: string, file: Uint8Array, signal: AbortSignal): Promise<boolean>;
  /** Fetches a file from where the provider said; undefined when there is none. */
  fetch(url: string, signal: AbortSignal): Promise<Buffer | undefined>;
}

const ACCEPT = '*/*';
const JSON_TYPE = 'application/json; charset=UTF-8';
const MOST_ANSWER_BYTES = 2_000_000;
const MOST_FILE_BYTES = 50_000_000;

/** Speaks e签宝 v3, every call signed. Rejects when no answer came. */
export function esignClient({ url, appId, appSecret, fileHosts }: EsignAccess, clock: Clock): EsignClient {
  const http = axios.create({ maxRedirects: 0, validateStatus: () => true, proxy: false, maxBodyLength: MOST_FILE_BYTES });
  const isTrusted = (place: string) => URL.canParse(place) && [new URL(url).host, ...fileHosts].includes(new URL(place).host);

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
    const { status, data } = await http.request<unknown>({ method, url: `${url}${path}`, headers, data: body, signal, responseType: 'text', transformResponse: asIs, maxContentLength: MOST_ANSWER_BYTES });
    return read(status, data);
  }

  return {
    get: (path, signal) => call('GET', path, undefined, signal),
    post: (path, body, signal) => call('POST', path, Buffer.from(JSON.stringify(body)), signal),
    async put(place, file, signal) {
      if (!isTrusted(place)) return false;
      const headers = { 'Content-Type': 'application/pdf', 'Content-MD5': contentMd5(file) };
      return (await http.put(place, Buffer.from(file), { headers, signal })).status === 200;
    },
    async fetch(place, signal) {
      if (!isTrusted(place)) return undefined;
      const { status, data } = await http.get<Buffer>(place, { responseType: 'arraybuffer', maxContentLength: MOST_FILE_BYTES, signal });
      return status === 200 ? data : undefined;
    },
  };
}

const asIs = (body: unknown): unknown => body;

function read(status: number, body: unknown): EsignAnswer {
  if (status >= 400 && status < 500) return { type: 'unavailable', detail: `e签宝 answered HTTP ${status}: ${String(body).slice(0, 200)}` };
  const answer = jsonIn(String(body));
  const code = textOf(answer, 'code');
  if (status !== 200 || code === '') return { type: 'unknown', detail: `not an answer of e签宝 (HTTP ${status})` };
  return code === '0' ? { type: 'data', data: fieldOf(answer, 'data') } : { type: 'no', code, message: textOf(answer, 'message') };
}
