import { z } from 'zod';

const missingOr = (words: string) => (issue: { readonly input?: unknown }): string => (issue.input === undefined ? 'is missing' : words);

/** One line of text of `min` to `max` characters, without control characters or halves of characters. */
export function text(min: number, max: number) {
  const words = min === 0 ? `must be text of at most ${max} characters` : `must be text of ${min} to ${max} characters`;
  return z.string({ error: missingOr(words) }).max(max, words).regex(min === 0 ? /^[^\p{Cc}\p{Cs}]*$/u : /^(?=[^]*\S)[^\p{Cc}\p{Cs}]+$/u, min === 0 ? `${words} on one line` : `${words} on one line, not only blanks`);
}

/** Who does it. Nobody has to say: it is whoever is signed in. */
export const signer = text(1, 100).optional().describe('Whoever is signed in; may be left out, and names nobody else.');

/** The number of an order, in whatever system. */
export const orderNumber = z.string({ error: missingOr('must be text') })
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

/** Whole units, above zero. */
export const wholeCount = z.number({ error: missingOr('must be a whole number above zero') })
  .int('must be a whole number, not a fraction').min(1, 'must be above zero').max(2 ** 31 - 1, 'must be at most 2147483647');

const price = `must be a whole number of fen from 0 to ${Number.MAX_SAFE_INTEGER}, as a number or in quotes`;

/** Fen as a number or as text; a bigint once read. */
export const priceInFen = z.union([
  z.number({ error: missingOr(price) }).int(price).min(0, price),
  z.string({ error: missingOr(price) }).regex(/^\d{1,16}$/, price),
], { error: missingOr(price) }).transform((fen) => BigInt(fen));

/** One of a closed list. */
export function oneOf<const Choices extends readonly [string, ...string[]]>(choices: Choices) {
  return z.enum(choices, { error: missingOr(`must be one of ${choices.join(', ')}`) });
}

/** The number of items on a page: 1 to 200, 50 when absent. */
export const pageLimit = z.string({ error: 'must be given once' }).regex(/^\d{1,3}$/, 'must be a whole number from 1 to 200')
  .transform(Number).refine((limit) => limit >= 1 && limit <= 200, 'must be a whole number from 1 to 200').default(50);

/** An object of these fields and no others. */
export function record<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? missingOr('must be an object')(issue) : undefined) });
}

export { missingOr };
