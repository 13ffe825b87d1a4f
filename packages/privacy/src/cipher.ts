import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** The key of one contact, ready to work with. */
export interface ContactKey {
  readonly id: string;
  readonly content: Buffer;
  readonly nonce: Buffer;
}

/** What the master key is used for. */
export interface Cipher {
  /** Tells this master key from any other. */
  readonly print: string;
  /** Who a contact is, in a word that nobody without the master key can find from a name and a number. */
  personOf(words: readonly string[]): string;
  /** A key that did not exist before, and the same as it may be stored. */
  make(): { readonly key: ContactKey; readonly wrapped: string };
  /** Null where it was not wrapped under this master key. */
  unwrap(id: string, wrapped: string): ContactKey | null;
}

/** `master` is any secret of 32 characters or more. */
export function cipherOf(master: string): Cipher {
  const [wrapping, naming] = [derived(master, 'wrap contact keys'), derived(master, 'name contacts')];
  return {
    print: derived(master, 'print').toString('base64url'),
    personOf: (words) => createHmac('sha256', naming).update(JSON.stringify(words)).digest('base64url'),
    make() {
      const id = randomBytes(16).toString('base64url');
      const secret = randomBytes(32);
      return { key: keyOf(id, secret), wrapped: encrypt(wrapping, { nonce: randomBytes(NONCE_BYTES), text: secret, about: id }) };
    },
    unwrap(id, wrapped) {
      const secret = decrypt(wrapping, { sealed: wrapped, about: id });
      return secret && keyOf(id, secret);
    },
  };
}

/** Encrypts a text about an order. The same text about the same order gives the same bytes: a copy of a message has to equal it. */
export function sealUnder({ content, nonce }: ContactKey, orderId: string, text: string): string {
  // synthetic: another text or another order has another one
  const number = createHmac('sha256', nonce).update(`${orderId}\0${text}`).digest().subarray(0, NONCE_BYTES);
  return encrypt(content, { nonce: number, text: Buffer.from(text), about: orderId });
}

/** Null where it was sealed under another key, about another order, or changed since. */
export function openUnder({ content }: ContactKey, orderId: string, sealed: string): string | null {
  return decrypt(content, { sealed, about: orderId })?.toString('utf8') ?? null;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function derived(secret: string | Buffer, purpose: string): Buffer {
  return createHmac('sha256', secret).update(`order-mesh ${purpose}`).digest();
}

function keyOf(id: string, secret: Buffer): ContactKey {
  return { id, content: derived(secret, 'content'), nonce: derived(secret, 'nonce') };
}

function encrypt(key: Buffer, { nonce, text, about }: { readonly nonce: Buffer; readonly text: Buffer; readonly about: string }): string {
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

function decrypt(key: Buffer, { sealed, about }: { readonly sealed: string; readonly about: string }): Buffer | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
