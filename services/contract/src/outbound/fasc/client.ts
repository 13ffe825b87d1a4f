import type { AxiosResponse } from 'axios';
import { randomUUID } from 'node:crypto';
import { seconds, type Clock } from '@order-mesh/kernel';
import { fieldOf, jsonIn, partnerHttp, textOf, tokenKeeper, turnedAway, withToken, type Granted, type NoToken, type NotHeard } from '@order-mesh/outbound';
import { fascSignature } from './signature.ts';

export interface FascAccess {
  /** Base address, such as https://api.fadada.com; /api/v5 is added. */
  readonly url: string;
  readonly appId: string;
  readonly appSecret: string;
}

/** What 法大大 said: the data of a success, its "no", or that it could not be heard. */
export type FascAnswer =
  | { readonly type: 'data'; readonly data: unknown }
  | { readonly type: 'no'; readonly code: string; readonly message: string }
  | NotHeard;

export interface FascClient {
  post(path: string, content: object, signal: AbortSignal): Promise<FascAnswer>;
}

const API = '/api/v5';
const MOST_ANSWER_BYTES = 2_000_000;
const WELL = '100000';
const STALE_TOKEN = '100002';
// Said of an unknown application and a late request, and of anything 法大大 did not foresee: so it may have been done
const UNFORESEEN = '100001';
const OF_BUSINESS = /^21\d{4}$/;
const OF_THE_GATE = /^1000(?!00)\d\d$/;

/** Speaks FASC OpenAPI 5.1, every call signed; a token that is not taken is renewed once a call. Rejects when no answer came. */
export function fascClient({ url, appId, appSecret }: FascAccess, clock: Clock): FascClient {
  const http = partnerHttp({ own: url }, MOST_ANSWER_BYTES);

  async function send(path: string, { content, proof }: Sending, signal: AbortSignal): Promise<FascAnswer> {
    const timestamp = String(clock.now());
    const headers = {
      ...proof, 'X-FASC-App-Id': appId, 'X-FASC-Sign-Type': 'HMAC-SHA256', 'X-FASC-Timestamp': timestamp, 'X-FASC-Nonce': randomUUID().replaceAll('-', ''), 'X-FASC-Api-SubVersion': '5.1',
    };
    const signature = fascSignature({ ...headers, bizContent: content }, timestamp, appSecret);
    const form = content === '' ? '' : new URLSearchParams({ bizContent: content }).toString();
    const answer = await http.post<unknown>(`${url}${API}${path}`, form, { signal, headers: { ...headers, 'X-FASC-Sign': signature, 'Content-Type': 'application/x-www-form-urlencoded' } });
    return read(answer);
  }

  const tokens = tokenKeeper(async (signal) => granted(await send('/service/get-access-token', { content: '', proof: { 'X-FASC-Grant-Type': 'client_credential' } }, signal)), clock);
  return {
    async post(path, content, signal) {
      const body = JSON.stringify(content);
      return sorted(await withToken(tokens, (token) => send(path, { content: body, proof: { 'X-FASC-AccessToken': token } }, signal), isTokenStale));
    },
  };
}

/** The JSON of `bizContent`, serialised once, and the header that says who asks. */
interface Sending {
  readonly content: string;
  readonly proof: Readonly<Record<string, string>>;
}

function read({ status, data: body, headers }: AxiosResponse<unknown>): FascAnswer {
  const answer = jsonIn(String(body));
  const code = textOf(answer, 'code');
  if (status === 200 && code === WELL) return { type: 'data', data: fieldOf(answer, 'data') };
  if (status < 500 && (OF_BUSINESS.test(code) || OF_THE_GATE.test(code))) return { type: 'no', code, message: textOf(answer, 'msg') };
  if (status >= 400 && status < 500) return turnedAway(`法大大 answered HTTP ${status}: ${String(body).slice(0, 200)}`, { status, headers });
  return { type: 'unknown', detail: `not an answer of 法大大 (HTTP ${status})` };
}

const isTokenStale = (answer: FascAnswer): boolean => answer.type === 'no' && answer.code === STALE_TOKEN;

// A "no" is one about the business; one about the call was said at the gate, where nothing has been done yet
function sorted(answer: FascAnswer): FascAnswer {
  if (answer.type !== 'no' || OF_BUSINESS.test(answer.code)) return answer;
  const detail = `${answer.code} ${answer.message}`.trim();
  return { type: answer.code === UNFORESEEN ? 'unknown' : 'unavailable', detail };
}

function granted(answer: FascAnswer): Granted | NoToken {
  if (answer.type !== 'data') return { type: 'unavailable', detail: `法大大 gave no token: ${answer.type === 'no' ? `${answer.code} ${answer.message}` : answer.detail}` };
  const token = textOf(answer.data, 'accessToken');
  if (token === '') return { type: 'unavailable', detail: '法大大 gave no token: an answer without one' };
  return { token, lasts: seconds(Number(textOf(answer.data, 'expiresIn')) || 0) };
}
