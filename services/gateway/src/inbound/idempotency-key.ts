import { Problem } from './problem.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

export const isKey = (key: string | undefined): key is string => key !== undefined && KEY.test(key);

export function badKey(key: string | undefined): Problem {
  const detail = key === undefined || key === ''
    ? 'send the header Idempotency-Key with a value of your own for this order, a UUID for example, and the same value whenever you repeat it'
    : 'Idempotency-Key must be 1 to 255 visible ASCII characters without blanks';
  return new Problem(key === undefined || key === '' ? 'missing-idempotency-key' : 'invalid-request', detail, { errors: [{ header: 'Idempotency-Key', detail }] });
}
