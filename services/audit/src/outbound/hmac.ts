import { createHmac } from 'node:crypto';
import type { Mac } from '../domain/chain.ts';

/** HMAC-SHA256 under this key. */
export const hmacUnder = (key: string): Mac => (text) => createHmac('sha256', key).update(text).digest('hex');
