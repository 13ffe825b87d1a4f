import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** An application that may call, and the company it belongs to. */
export interface FascCredentials {
  readonly appId: string;
  readonly appSecret: string;
  readonly openCorpId: string;
}

export const USUAL_CREDENTIALS: FascCredentials = { appId: '80003999', appSecret: 'demo-fasc-secret', openCorpId: 'demo-fasc-corp' };

/** hex(HMAC(HMAC(secret, timestamp), hex(sha256("k=v&…")))): parameters in the order of their names, empty ones left out, values as they are. */
export function fascSignature(parameters: Readonly<Record<string, string>>, timestamp: string, appSecret: string): string {
  const text = Object.entries(parameters).filter(([, value]) => value !== '').sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join('&');
  const key = createHmac('sha256', appSecret).update(timestamp).digest();
  return createHmac('sha256', key).update(createHash('sha256').update(text).digest('hex')).digest('hex');
}

/** What a callback carries beside its form: who it is for, what happened, and the signature over all of it. */
export function callbackHeaders({ appId, appSecret }: FascCredentials, notice: { readonly event: string; readonly bizContent: string; readonly timestamp: string; readonly nonce?: string }): Readonly<Record<string, string>> {
  const { event, bizContent, timestamp, nonce = randomUUID().replaceAll('-', '') } = notice;
  const signed = { 'X-FASC-App-Id': appId, 'X-FASC-Sign-Type': 'HMAC-SHA256', 'X-FASC-Timestamp': timestamp, 'X-FASC-Nonce': nonce, 'X-FASC-Event': event };
  return {
    ...signed, 'X-FASC-Sign': fascSignature({ ...signed, bizContent }, timestamp, appSecret), 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
  };
}

/** Whether a signature is the wanted one, compared in constant time. */
export function sameSignature(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
