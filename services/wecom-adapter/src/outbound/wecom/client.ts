import axios, { type AxiosInstance } from 'axios';
import { seconds, type Clock } from '@order-mesh/kernel';
import { fieldOf, jsonIn, textOf, tokenKeeper, type CallResult, type Granted, type NoToken } from '@order-mesh/outbound';

export interface WecomAccess {
  /** Base address; /cgi-bin/… is added. */
  readonly url: string;
  readonly corpId: string;
  readonly secret: string;
}

/** What WeCom said: the data of a success, its "no", or that it could not be heard. */
export type WecomAnswer =
  | { readonly type: 'data'; readonly data: unknown }
  | { readonly type: 'no'; readonly code: number; readonly message: string }
  | Extract<CallResult<never>, { readonly type: 'unavailable' | 'unknown' }>;

export interface WecomClient {
  /** Calls `/cgi-bin<path>`. Rejects when no answer came to the call itself; a token that can't be had is `unavailable`. */
  post(path: string, body: object, signal: AbortSignal): Promise<WecomAnswer>;
}

/** The access token is unknown, over, or of another secret: surely nothing was done. */
const STALE_TOKEN = new Set([40014, 42001, 41001]);
/** Too many calls or too many at once; not allowed for now: an address, the application, its permission. Surely nothing was done. */
const NOT_LET_IN = new Set([45009, 45033, 60020, 48002, 301055, 301056]);
const BUSY = -1;
const MOST_BYTES = 2_000_000;

/** Speaks WeCom's server API (developer.work.weixin.qq.com): one access token for all calls, asked for again when it is over. */
export function wecomClient({ url, corpId, secret }: WecomAccess, clock: Clock): WecomClient {
  const http = axios.create({ baseURL: url, maxRedirects: 0, maxContentLength: MOST_BYTES, responseType: 'text', transformResponse: (body) => body, validateStatus: () => true, proxy: false });
  const tokens = tokenKeeper((signal) => fetchToken(http, { corpid: corpId, corpsecret: secret }, signal), clock);
  const call = async (path: string, body: object, signal: AbortSignal): Promise<WecomAnswer & { readonly isTokenStale?: boolean }> => {
    const token = await tokens.current();
    if (typeof token !== 'string') return token;
    const { status, data } = await http.post<unknown>(`/cgi-bin${path}`, body, { params: { access_token: token }, signal });
    const answer = read(status, data);
    if (answer.type !== 'no' || !STALE_TOKEN.has(answer.code)) return answer;
    tokens.drop(token);
    return { type: 'unavailable', detail: `${answer.code} ${answer.message}`, isTokenStale: true };
  };
  return {
    async post(path, body, signal) {
      const answer = await call(path, body, signal);
      return answer.isTokenStale ? call(path, body, signal) : answer;
    },
  };
}

async function fetchToken(http: AxiosInstance, params: object, signal: AbortSignal): Promise<Granted | NoToken> {
  const { status, data } = await http.get<unknown>('/cgi-bin/gettoken', { params, signal });
  const answer = read(status, data);
  if (answer.type === 'no') return { type: 'unavailable', detail: `no access token: ${answer.code} ${answer.message}; check WECOM_CORP_ID and WECOM_SECRET` };
  if (answer.type !== 'data') return { type: 'unavailable', detail: `no access token: ${answer.detail}` };
  return { token: textOf(answer.data, 'access_token'), lasts: seconds(Number(textOf(answer.data, 'expires_in'))) };
}

function read(status: number, body: unknown): WecomAnswer {
  if (status >= 400 && status < 500) return { type: 'unavailable', detail: `WeCom answered HTTP ${status}` };
  const answer = jsonIn(String(body));
  const code = fieldOf(answer, 'errcode');
  if (status !== 200 || typeof code !== 'number') return { type: 'unknown', detail: `not an answer of WeCom (HTTP ${status})` };
  if (code === 0) return { type: 'data', data: answer };
  const message = textOf(answer, 'errmsg');
  if (code === BUSY) return { type: 'unknown', detail: `${code} ${message}` };
  return NOT_LET_IN.has(code) ? { type: 'unavailable', detail: `${code} ${message}` } : { type: 'no', code, message };
}
