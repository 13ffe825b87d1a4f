import { setTimeout as wait } from 'node:timers/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import type { Clock } from '@order-mesh/kernel';
import { jsonIn } from '@order-mesh/outbound';
import type { U8Config } from '../../config.ts';
import { asFields, text } from './fields.ts';
import { errcodes, notNow, stillWorking, type Said } from './said.ts';
import { tokenKeeper, type TokenKeeper } from './token.ts';

/** U8's OpenAPI as it is spoken: every write names its `biz_id`, waits for its answer, and never uses a trade id. */
export interface U8 {
  get(path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Said>;
  post(path: string, write: { readonly bizId: string; readonly body: unknown }, signal?: AbortSignal): Promise<Said>;
  close(): void;
}

const MOST_BYTES = 16 * 1024 * 1024;

/** Opens a client; it renews its token by itself, once per rejected call. */
export function openU8(config: U8Config, clock: Clock): U8 {
  const agents = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };
  const http = axios.create({
    baseURL: config.url, timeout: config.timeout, maxContentLength: MOST_BYTES, maxBodyLength: MOST_BYTES, maxRedirects: 0, proxy: false,
    responseType: 'text', transformResponse: (body: unknown) => body, validateStatus: () => true, ...agents,
  });
  const tokens = tokenKeeper((signal) => exchange(http, tokenRequest(config, signal)), clock);
  const api = (request: AxiosRequestConfig) => persistently(() => withToken({ http, tokens, config }, request));
  return {
    get: (path, query, signal) => api({ method: 'GET', url: `/api/${path}`, params: query, ...(signal && { signal }) }),
    post: (path, { bizId, body }, signal) => api({ method: 'POST', url: `/api/${path}`, params: { biz_id: bizId, sync: '1' }, data: body, ...(signal && { signal }) }),
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

const MOST_TRIES = 3;
const PAUSE_MS = 40;

// A read may be repeated, and so may a write under its biz_id: one lost answer in a booking need not cost all of it
async function persistently(request: () => Promise<Said>): Promise<Said> {
  for (let tries = 1; ; tries += 1) {
    const said = await request();
    if (said.type !== 'unknown' || said.late || tries === MOST_TRIES) return said;
    await wait(PAUSE_MS * tries);
  }
}

interface Caller {
  readonly http: AxiosInstance;
  readonly tokens: TokenKeeper;
  readonly config: U8Config;
}

async function withToken({ http, tokens, config }: Caller, request: AxiosRequestConfig): Promise<Said> {
  for (let attempt = 1; ; attempt += 1) {
    const token = await tokens.current();
    if (typeof token !== 'string') return token;
    const params = { ...request.params, from_account: config.fromAccount, to_account: config.toAccount, app_key: config.appKey, token, ds_sequence: config.dataSource };
    const said = await exchange(http, { ...request, params });
    const isStale = said.type === 'no' && said.errcode === errcodes.wrongToken;
    if (isStale) tokens.drop(token);
    if (!isStale || attempt === 2) return sorted(said);
  }
}

function sorted(said: Said): Said {
  if (said.type !== 'no') return said;
  const detail = `U8 ${said.errcode}: ${said.errmsg}`;
  if (notNow.has(said.errcode)) return { type: 'unavailable', detail };
  return stillWorking.has(said.errcode) ? { type: 'unknown', detail } : said;
}

async function exchange(http: AxiosInstance, request: AxiosRequestConfig): Promise<Said> {
  try {
    const { status, data } = await http.request<unknown>(request);
    if (status === 429) return { type: 'unavailable', detail: 'U8 answered HTTP 429' };
    // U8 answers its refusals with 200 too: any other status is a relay's
    if (status !== 200) return { type: 'unknown', detail: `U8 answered HTTP ${status}` };
    return readAnswer(data);
  } catch (error) {
    return troubleIn(error);
  }
}

function readAnswer(body: unknown): Said {
  const fields = asFields(jsonIn(String(body)));
  const errcode = fields && text(fields, 'errcode');
  if (!fields || !errcode) return { type: 'unknown', detail: `U8 answered no JSON with an errcode: ${String(body).slice(0, 80)}` };
  return errcode === errcodes.ok ? { type: 'yes', fields } : { type: 'no', errcode, errmsg: text(fields, 'errmsg') };
}

const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);
const USED_UP = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ERR_CANCELED']);

// The error itself is not passed on: it carries the address with token and secret
function troubleIn(error: unknown): Said {
  const code = axios.isAxiosError(error) ? error.code ?? 'no code' : 'unexpected';
  const detail = `U8 did not answer (${code})`;
  return NOT_CONNECTED.has(code) ? { type: 'unavailable', detail } : { type: 'unknown', detail, late: USED_UP.has(code) };
}

function tokenRequest({ fromAccount, appKey, appSecret }: U8Config, signal: AbortSignal): AxiosRequestConfig {
  return { method: 'GET', url: '/system/token', params: { from_account: fromAccount, app_key: appKey, app_secret: appSecret }, signal };
}
