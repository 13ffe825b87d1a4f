import { randomUUID } from 'node:crypto';
import type { AxiosInstance, AxiosResponse } from 'axios';
import type { Clock } from '@order-mesh/kernel';
import { fieldOf, jsonIn, partnerHttp, textOf, turnedAway, type NotHeard } from '@order-mesh/outbound';
import { msgDigest } from './sf-signature.ts';

export interface SfAccess {
  /** Base address; /std/service is added. */
  readonly url: string;
  readonly partnerId: string;
  readonly checkword: string;
}

/** What 丰桥 said: the data of a success, its error, or that it could not be heard. */
export type SfAnswer =
  | { readonly type: 'data'; readonly data: unknown }
  | { readonly type: 'error'; readonly code: string; readonly message: string }
  | NotHeard;

export interface SfClient {
  call(serviceCode: string, message: object, signal: AbortSignal): Promise<SfAnswer>;
}

// Refused at the gate, before anything was done: expired stamp, wrong address, no permission, too fast, wrong signature, repeated request
const NOT_LET_IN = new Set(['A1001', 'A1002', 'A1003', 'A1004', 'A1005', 'A1006', 'A1007', 'A1008', 'A1010', 'A1011']);
const MOST_BYTES = 1_000_000;

/** Speaks 丰桥's one endpoint. Rejects when no answer came. */
export function sfClient({ url, partnerId, checkword }: SfAccess, clock: Clock): SfClient {
  const http = partnerHttp({ own: url }, MOST_BYTES, { baseURL: url });
  return {
    async call(serviceCode, message, signal) {
      const msgData = JSON.stringify(message);
      const timestamp = String(Math.floor(clock.now() / 1_000));
      const form = new URLSearchParams({ partnerID: partnerId, requestID: randomUUID(), serviceCode, timestamp, msgData, msgDigest: msgDigest(msgData, timestamp, checkword) });
      return read(await post(http, form, signal));
    },
  };
}

async function post(http: AxiosInstance, form: URLSearchParams, signal: AbortSignal): Promise<Pick<AxiosResponse<unknown>, 'status' | 'headers' | 'data'>> {
  return http.post<unknown>('/std/service', form, { signal });
}

function read({ status, data: body, headers }: Pick<AxiosResponse<unknown>, 'status' | 'headers' | 'data'>): SfAnswer {
  if (status >= 400 && status < 500) return turnedAway(`the carrier answered HTTP ${status}`, { status, headers });
  const outer = parsed(body);
  const code = textOf(outer, 'apiResultCode');
  if (status !== 200 || code === '') return { type: 'unknown', detail: `not an answer of the carrier (HTTP ${status})` };
  const detail = `${code} ${textOf(outer, 'apiErrorMsg')}`.trim();
  if (NOT_LET_IN.has(code)) return { type: 'unavailable', detail };
  if (code !== 'A1000') return { type: 'unknown', detail };
  return result(parsed(fieldOf(outer, 'apiResultData')));
}

function result(inner: unknown): SfAnswer {
  const code = textOf(inner, 'errorCode');
  if (fieldOf(inner, 'success') === true && code === 'S0000') return { type: 'data', data: fieldOf(inner, 'msgData') };
  if (code === '') return { type: 'unknown', detail: 'the carrier gave no result' };
  return { type: 'error', code, message: textOf(inner, 'errorMsg') };
}

const parsed = (body: unknown): unknown => (typeof body === 'string' ? jsonIn(body) : body);
