import axios, { type AxiosInstance } from 'axios';
import { seconds, type Clock, type Instant } from '@order-mesh/kernel';
import { fieldOf, jsonIn, textOf, type CallResult } from '@order-mesh/outbound';

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
/** A token is asked for anew so long before it is over. */
const TOKEN_SPARE = seconds(300);

/** Speaks WeCom's server API (developer.work.weixin.qq.com): one access token for all calls, asked for again when it is over. */
export function wecomClient({ url, corpId, secret }: WecomAccess, clock: Clock): WecomClient {
  const http = axios.create({ baseURL: url, maxRedirects: 0, maxContentLength: MOST_BYTES, responseType: 'text', transformResponse: (body) => body, validateStatus: () => true, proxy: false });
  const tokens = tokenShelf(() => fetchToken(http, { corpid: corpId, corpsecret: secret }), clock);
  const call = async (path: string, body: object, signal: AbortSignal): Promise<WecomAnswer & { readonly isTokenStale?: boolean }> => {
    const token = await tokens.take();
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

interface Token {
  readonly text: string;
  readonly lastsFor: number;
}
type NoToken = Extract<CallResult<never>, { readonly type: 'unavailable' }>;

/** Keeps the token while it is good; whoever wants one while it is being asked for gets the same. */
function tokenShelf(fetchNew: () => Promise<Token | NoToken>, clock: Clock) {
  let kept: { readonly text: string; readonly until: Instant } | undefined;
  let asking: Promise<string | NoToken> | undefined;
  const ask = async (): Promise<string | NoToken> => {
    const found = await fetchNew();
    if ('type' in found) return found;
    kept = { text: found.text, until: clock.now() + seconds(found.lastsFor) - Math.min(TOKEN_SPARE, seconds(found.lastsFor) / 2) };
    return found.text;
  };
  return {
    async take(): Promise<string | NoToken> {
      if (kept && kept.until > clock.now()) return kept.text;
      asking ??= ask().finally(() => { asking = undefined; });
      return asking;
    },
    drop(text: string): void {
      if (kept?.text === text) kept = undefined;
    },
  };
}

const TOKEN_WITHIN_MS = 5_000;

// Shared by the calls that wait for it, so that no single one of them may end it
async function fetchToken(http: AxiosInstance, params: object): Promise<Token | NoToken> {
  try {
    const { status, data } = await http.get<unknown>('/cgi-bin/gettoken', { params, signal: AbortSignal.timeout(TOKEN_WITHIN_MS) });
    const answer = read(status, data);
    if (answer.type === 'no') return { type: 'unavailable', detail: `no access token: ${answer.code} ${answer.message}; check WECOM_CORP_ID and WECOM_SECRET` };
    if (answer.type !== 'data') return { type: 'unavailable', detail: `no access token: ${answer.detail}` };
    return { text: textOf(answer.data, 'access_token'), lastsFor: Number(textOf(answer.data, 'expires_in')) };
  } catch (error) {
    return { type: 'unavailable', detail: `no access token: ${error instanceof Error ? error.message : String(error)}` };
  }
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
