import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { WecomCredentials } from './credentials.ts';

const BLOCK = 32;

/** What a callback carries besides its body. */
export interface Envelope {
  readonly encrypt: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly msgSignature: string;
}

/** Encrypts and signs a text as WeCom does: base64(AES-256-CBC(16 random bytes + length + text + receiver)). */
export function seal(text: string, { token, encodingAesKey, corpId }: WecomCredentials, at: number): Envelope {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([randomBytes(16), length, message, Buffer.from(corpId)]);
  const missing = BLOCK - (plain.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const encrypt = Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(missing, missing)])), cipher.final()]).toString('base64');
  const [timestamp, nonce] = [String(Math.floor(at / 1_000)), randomBytes(8).toString('hex')];
  return { encrypt, timestamp, nonce, msgSignature: msgSignature(token, timestamp, nonce, encrypt) };
}

/** hex(sha1(the four texts, sorted and joined)). */
export function msgSignature(...parts: readonly [token: string, timestamp: string, nonce: string, encrypt: string]): string {
  return createHash('sha1').update([...parts].sort().join('')).digest('hex');
}
