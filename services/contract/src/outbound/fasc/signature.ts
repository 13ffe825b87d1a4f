import { createHash, createHmac } from 'node:crypto';

/**
 * hex(HMAC(HMAC(secret, timestamp), hex(sha256("k=v&…")))): the parameters in the order of their names, empty ones left out, values as they are
 * (source: the official SDKs; the prose of the documentation says it in one step and is wrong).
 */
export function fascSignature(parameters: Readonly<Record<string, string>>, timestamp: string, appSecret: string): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  const text = given.sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join('&');
  const key = createHmac('sha256', appSecret).update(timestamp).digest();
  return createHmac('sha256', key).update(createHash('sha256').update(text).digest('hex')).digest('hex');
}
