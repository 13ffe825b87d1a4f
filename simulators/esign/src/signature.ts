import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The parts of a call that e签宝 v3 signs; `url` is path and query. */
export interface SignedCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** An application that may call. */
export interface EsignCredentials {
  readonly appId: string;
  readonly appSecret: string;
}

export const USUAL_CREDENTIALS: EsignCredentials = { appId: '7439000001', appSecret: 'demo-esign-secret' };

const CLOCK_SLACK_MS = 15 * 60_000;

/** Says in words what is wrong with a call's signature; undefined when nothing is. */
export function signatureProblem(call: SignedCall, { appId, appSecret }: EsignCredentials, now: number): string | undefined {
  const header = (name: string) => String(call.headers[name] ?? '');
  if (header('x-tsign-open-app-id') !== appId) return 'X-Tsign-Open-App-Id is unknown';
  if (header('x-tsign-open-auth-mode') !== 'Signature') return 'X-Tsign-Open-Auth-Mode must be Signature';
  const sentAt = Number(header('x-tsign-open-ca-timestamp') || Number.NaN);
  if (!(Math.abs(now - sentAt) <= CLOCK_SLACK_MS)) return 'X-Tsign-Open-Ca-Timestamp is not within 15 minutes of now';
  if (call.body.length > 0 && header('content-md5') !== md5(call.body)) return 'Content-MD5 does not match the body';
  return same(header('x-tsign-open-ca-signature'), requestSignature(call, appSecret)) ? undefined : 'X-Tsign-Open-Ca-Signature does not match';
}

/** b64(HMAC-SHA256) over method, Accept, Content-MD5, Content-Type, Date and the path with its parameters in order. */
export function requestSignature({ method, url, headers }: SignedCall, appSecret: string): string {
  const header = (name: string) => String(headers[name] ?? '');
  const text = [method, header('accept'), header('content-md5'), header('content-type'), header('date'), inOrder(url)].join('\n');
  return createHmac('sha256', appSecret).update(text).digest('base64');
}

/** hex(HMAC-SHA256) over the time, the values of notifyUrl's parameters in the order of their names, and the raw body. */
export function callbackSignature(appSecret: string, { timestamp, notifyUrl, body }: { readonly timestamp: string; readonly notifyUrl: string; readonly body: string }): string {
  const parameters = [...new URL(notifyUrl).searchParams].sort(([one], [other]) => (one < other ? -1 : 1));
  const values = parameters.map(([, value]) => value).join('');
  return createHmac('sha256', appSecret).update(`${timestamp}${values}${body}`).digest('hex');
}

/** What a callback carries beside its body, signed over the whole of it. */
export function callbackHeaders({ appId, appSecret }: EsignCredentials, notice: { readonly timestamp: string; readonly notifyUrl: string; readonly body: string }): Readonly<Record<string, string>> {
  return {
    'Content-Type': 'application/json; charset=UTF-8',
    'X-Tsign-Open-App-Id': appId,
    'X-Tsign-Open-Timestamp': notice.timestamp,
    'X-Tsign-Open-Signature-Algorithm': 'hmac-sha256',
    'X-Tsign-Open-Signature': callbackSignature(appSecret, notice),
  };
}

/** b64(md5), as Content-MD5 wants it. */
export function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64');
}

function inOrder(url: string): string {
  const [path = '', query] = url.split('?');
  return query ? `${path}?${query.split('&').sort().join('&')}` : path;
}

function same(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
