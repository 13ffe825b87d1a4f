import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { Problem } from './problem.ts';

/** Of a body. An order of 500 lines has some 60 KB. */
export const MOST_BODY_BYTES = 256 * 1024;
/** Of a body that holds a set of rules or a whole message, which may be as large as one on Kafka. */
const MOST_CONTENT_BYTES = 1_100_000;
const HOLDS_CONTENT = /^\/v1\/(rules\/[^/]+\/(changes|simulations)|dead-letters\/[^/]+\/edit)$/;
const DEEPEST = 32;

export const mostBytesAt = (path: string): number => (HOLDS_CONTENT.test(path) ? MOST_CONTENT_BYTES : MOST_BODY_BYTES);

/** Has bodies read that are not too large, and passes on those that are not nested too deeply for whoever works on them. */
export function limitBodies(app: NestExpressApplication): void {
  const isJson = (type: string | undefined): boolean => /^application\/json\b/i.test(type ?? '');
  app.useBodyParser('json', { limit: MOST_CONTENT_BYTES, type: ({ url = '', headers }) => isJson(headers['content-type']) && HOLDS_CONTENT.test(url.split('?')[0] ?? '') });
  app.useBodyParser('json', { limit: MOST_BODY_BYTES });
  app.use(takeShallowOnly);
}

function takeShallowOnly({ body }: Request, _response: Response, next: NextFunction): void {
  if (isDeeperThan(DEEPEST, body)) next(new Problem('invalid-request', `the body is nested deeper than ${DEEPEST} levels`));
  else next();
}

/** Whether lists and objects are nested deeper than so many levels; level by level, since whoever recursed would fall first. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((one): readonly unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}
