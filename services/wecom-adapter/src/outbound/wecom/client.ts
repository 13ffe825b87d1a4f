import type { AxiosInstance, AxiosResponse } from 'axios';
import { seconds, type Clock } from '@order-mesh/kernel';
import { fieldOf, jsonIn, partnerHttp, textOf, tokenKeeper, turnedAway, withToken, type Granted, type NoToken, type NotHeard } from '@order-mesh/outbound';

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
  | NotHeard;

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
  const http = partnerHttp({ own: url }, MOST_BYTES, { baseURL: url });
  const tokens = tokenKeeper((signal) => fetchToken(http, { corpid: corpId, corpsecret: secret }, signal), clock);
  return {
    async post(path, body, signal) {
      const call = async (token: string): Promise<WecomAnswer> => {
        return read(await http.post<unknown>(`/cgi-bin${path}`, body, { params: { access_token: token }, signal }));
      };
      const answer = await withToken(tokens, call, isTokenStale);
      return isTokenStale(answer) ? { type: 'unavailable', detail: `${answer.code} ${answer.message}` } : answer;
    },
  };
}

const isTokenStale = (answer: WecomAnswer): answer is Extract<WecomAnswer, { readonly type: 'no' }> => answer.type === 'no' && STALE_TOKEN.has(answer.code);

async function fetchToken(http: AxiosInstance, params: object, signal: AbortSignal): Promise<Granted | NoToken> {
  const answer = read(await http.get<unknown>('/cgi-bin/gettoken', { params, signal }));
  if (answer.type === 'no') return { type: 'unavailable', detail: `no access token: ${answer.code} ${answer.message}; check WECOM_CORP_ID and WECOM_SECRET` };
  if (answer.type !== 'data') return { type: 'unavailable', detail: `no access token: ${answer.detail}` };
  return { token: textOf(answer.data, 'access_token'), lasts: seconds(Number(textOf(answer.data, 'expires_in'))) };
}

function read({ status, data: body, headers }: AxiosResponse<unknown>): WecomAnswer {
  if (status >= 400 && status < 500) return turnedAway(`WeCom answered HTTP ${status}`, { status, headers });
  const answer = jsonIn(String(body));
  const code = fieldOf(answer, 'errcode');
  if (status !== 200 || typeof code !== 'number') return { type: 'unknown', detail: `not an answer of WeCom (HTTP ${status})` };
  if (code === 0) return { type: 'data', data: answer };
  const message = textOf(answer, 'errmsg');
  if (code === BUSY) return { type: 'unknown', detail: `${code} ${message}` };
  return NOT_LET_IN.has(code) ? { type: 'unavailable', detail: `${code} ${message}` } : { type: 'no', code, message };
}
