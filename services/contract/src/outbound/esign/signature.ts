import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The parts of a call that e签宝 v3 signs; `path` is path and query. */
export interface ToBeSigned {
  readonly method: 'GET' | 'POST';
  readonly accept: string;
  readonly contentMd5: string;
  readonly contentType: string;
  readonly path: string;
}

/** b64(HMAC-SHA256(secret, method, Accept, Content-MD5, Content-Type, Date (none), path with its parameters in order)). */
export function callSignature({ method, accept, contentMd5, contentType, path }: ToBeSigned, secret: string): string {
  const [bare = '', query] = path.split('?');
  const inOrder = query ? `${bare}?${query.split('&').sort().join('&')}` : bare;
  return createHmac('sha256', secret).update([method, accept, contentMd5, contentType, '', inOrder].join('\n')).digest('base64');
}

/** What a callback brings: its headers, the query of the address it came to, and its body byte for byte. */
export interface CallbackProof {
  readonly timestamp: string;
  readonly signature: string;
  readonly query: string;
  readonly body: Buffer;
}

/** Whether it is from the provider: hex(HMAC-SHA256(secret, timestamp + query values by name + body)), compared in constant time. */
export function isFromProvider({ timestamp, signature, query, body }: CallbackProof, secret: string): boolean {
  const parameters = [...new URLSearchParams(query)].sort(([one], [other]) => (one < other ? -1 : 1));
  const wanted = createHmac('sha256', secret).update(timestamp + parameters.map(([, value]) => value).join('')).update(body).digest();
  // Buffer.from would pass over whatever follows the digits, and the same proof could be shown in many spellings
  const given = Buffer.from(/^[0-9a-f]{64}$/i.test(signature) ? signature : '', 'hex');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** b64(MD5), as Content-MD5 wants it. */
export function contentMd5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64');
}
