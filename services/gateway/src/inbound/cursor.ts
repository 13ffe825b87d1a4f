import { z } from 'zod';
import type { Place } from '../usecases/ports.ts';

const placeSchema = z.tuple([z.number().int().min(0).max(8_640_000_000_000_000), z.string().max(300)]);

/** Where the next page begins, as text nobody needs to understand. */
export function cursorOf({ at, id }: Place): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** The inverse of `cursorOf`, as the field of a query. */
export const cursorField = z.string({ error: 'must be given once' }).max(600, 'must be a cursor of an earlier page').transform((cursor, context): Place => {
  const parsed = placeSchema.safeParse(parse(cursor));
  if (parsed.success && !parsed.data[1].includes('\0')) return { at: parsed.data[0], id: parsed.data[1] };
  context.addIssue({ code: 'custom', message: 'must be a cursor of an earlier page' });
  return z.NEVER;
});

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}
