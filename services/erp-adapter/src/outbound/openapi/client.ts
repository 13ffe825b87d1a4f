import type { AxiosRequestConfig } from 'axios';
import { seconds, type Clock } from '@order-mesh/kernel';
import { jsonIn, tokenKeeper, withToken, type Granted, type NoToken } from '@order-mesh/outbound';
import type { OpenApiConfig } from '../../config.ts';
import { asFields, text } from '../u8/fields.ts';
import { openHttp, persistently, type U8Http } from '../u8/http.ts';
import { errcodes, isStillWorking, notNow, tooFast, type Said } from './said.ts';

/** U8's OpenAPI as it is spoken: every write names its `biz_id`, and never uses a trade id. */
export interface U8 {
  get(path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Said>;
  /** Waits for the answer; with `later`, U8 answers under which `url` the result is asked for. */
  post(path: string, write: { readonly bizId: string; readonly body: unknown; readonly later?: boolean }, signal?: AbortSignal): Promise<Said>;
  /** The result of a write that was to be told later; what is still worked on is a "no" that `isStillWorking`. */
  result(requestId: string, signal?: AbortSignal): Promise<Said>;
  close(): void;
}

/** Opens a client; it renews its token by itself, once per rejected call. */
export function openU8(config: OpenApiConfig, clock: Clock): U8 {
  const http = openHttp(config);
  const tokens = tokenKeeper(async (signal) => grantedIn(await exchange(http, tokenRequest(config, signal))), clock);
  // A read may be repeated, and so may a write under its biz_id
  const api = (request: AxiosRequestConfig) => persistently(async () => (
    sorted(await withToken(tokens, (token) => exchange(http, { ...request, params: { ...request.params, ...caller(config), token } }), isTokenStale))));
  return {
    get: (path, query, signal) => api({ method: 'GET', url: `/api/${path}`, params: query, ...(signal && { signal }) }),
    post: (path, { bizId, body, later = false }, signal) => api({ method: 'POST', url: `/api/${path}`, params: { biz_id: bizId, sync: later ? '0' : '1' }, data: body, ...(signal && { signal }) }),
    result: (requestid, signal) => persistently(() => exchange(http, { method: 'GET', url: '/result', params: { requestid }, ...(signal && { signal }) })),
    close: http.close,
  };
}

// It does not say for how long
const PAUSE_WHEN_TOO_FAST = seconds(1);

function caller({ fromAccount, toAccount, appKey, dataSource }: OpenApiConfig) {
  return { from_account: fromAccount, to_account: toAccount, app_key: appKey, ds_sequence: dataSource };
}

const isTokenStale = (said: Said): boolean => said.type === 'no' && said.errcode === errcodes.wrongToken;

function grantedIn(said: Said): Granted | NoToken {
  const granted = said.type === 'yes' ? asFields(said.fields['token']) : undefined;
  const token = granted ? text(granted, 'id') : '';
  if (granted && token !== '') return { token, lasts: seconds(Number(text(granted, 'expiresIn')) || 0) };
  return { type: 'unavailable', detail: `U8 gave no token: ${said.type === 'no' ? `${said.errcode} ${said.errmsg}` : whyNot(said)}` };
}

const whyNot = (said: Said): string => ('detail' in said ? said.detail : 'an answer without token');

function sorted(said: Said): Said {
  if (said.type !== 'no') return said;
  const detail = `U8 ${said.errcode}: ${said.errmsg}`;
  if (notNow.has(said.errcode)) return { type: 'unavailable', detail, ...(tooFast.has(said.errcode) && { retryAfter: PAUSE_WHEN_TOO_FAST }) };
  return isStillWorking(said) ? { type: 'unknown', detail, heard: true } : said;
}

async function exchange(http: U8Http, request: AxiosRequestConfig): Promise<Said> {
  const answer = await http.request(request);
  return answer.type === 'body' ? readAnswer(answer.body) : answer;
}

function readAnswer(body: string): Said {
  const fields = asFields(jsonIn(body));
  const errcode = fields && text(fields, 'errcode');
  if (!fields || !errcode) return { type: 'unknown', detail: `U8 answered no JSON with an errcode: ${body.slice(0, 80)}` };
  return errcode === errcodes.ok ? { type: 'yes', fields } : { type: 'no', errcode, errmsg: text(fields, 'errmsg') };
}

function tokenRequest({ fromAccount, appKey, appSecret }: OpenApiConfig, signal: AbortSignal): AxiosRequestConfig {
  return { method: 'GET', url: '/system/token', params: { from_account: fromAccount, app_key: appKey, app_secret: appSecret }, signal };
}
