import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

/** What the application and WeCom agreed on in the console. */
export interface CallbackKeys {
  readonly token: string;
  /** 43 characters: base64 of an AES-256 key without the closing "=". */
  readonly encodingAesKey: string;
  readonly corpId: string;
  /** Those agreed on before, by which callbacks are still believed while they are exchanged. */
  readonly before?: Readonly<{ token: string; encodingAesKey: string }>;
}

/** What comes with an encrypted text. */
export interface Proof {
  readonly signature: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly encrypt: string;
}

const [RANDOM_BYTES, LENGTH_BYTES, LONGEST_PADDING] = [16, 4, 32];

/** Whether WeCom signed it: hex(sha1(token, timestamp, nonce and text, sorted and joined)). */
export function isFromWecom({ signature, timestamp, nonce, encrypt }: Proof, { token }: Pick<CallbackKeys, 'token'>): boolean {
  const expected = createHash('sha1').update([token, timestamp, nonce, encrypt].sort().join('')).digest();
  // Buffer.from would pass over whatever follows the digits, and the same proof could be shown in many spellings
  const given = Buffer.from(/^[0-9a-f]{40}$/.test(signature) ? signature : '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Opens AES-256-CBC(16 random bytes + length + text + corp id), padded to 32 bytes; undefined when it is broken or meant for another company. */
export function opened(encrypt: string, { encodingAesKey, corpId }: Omit<CallbackKeys, 'token'>): string | undefined {
  const plain = decrypted(encrypt, Buffer.from(`${encodingAesKey}=`, 'base64'));
  if (!plain || plain.length < RANDOM_BYTES + LENGTH_BYTES) return undefined;
  const begin = RANDOM_BYTES + LENGTH_BYTES;
  const end = begin + plain.readUInt32BE(RANDOM_BYTES);
  if (end > plain.length || plain.subarray(end).toString('utf8') !== corpId) return undefined;
  return plain.subarray(begin, end).toString('utf8');
}

function decrypted(encrypt: string, key: Buffer): Buffer | undefined {
  try {
    const cipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const padded = Buffer.concat([cipher.update(encrypt, 'base64'), cipher.final()]);
    const padding = padded.at(-1) ?? 0;
    return padding >= 1 && padding <= LONGEST_PADDING && padding <= padded.length ? padded.subarray(0, padded.length - padding) : undefined;
  } catch {
    return undefined;
  }
}
