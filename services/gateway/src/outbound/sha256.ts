import { createHash } from 'node:crypto';

/** SHA-256 of the text, in 43 characters. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
