import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { problems, type ProblemCode } from './problem.ts';
import type { BodyName } from './schemas.ts';

type Decorator = ReturnType<typeof applyDecorators>;

export const ref = (name: BodyName): { readonly $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** Documents an answer of a route. */
export const Answers = (status: number, name: BodyName, description: string, type = 'application/json'): Decorator =>
  applyDecorators(ApiResponse({ status, description, content: { [type]: { schema: ref(name) } } }));

/** Documents the body a route takes. */
export const Takes = (name: BodyName, example: unknown): Decorator =>
  applyDecorators(ApiBody({ required: true, schema: ref(name), examples: { example: { value: example } } }));

/** Documents the refusals of a route; those of one status are told together. */
export function Refuses(...codes: readonly ProblemCode[]): Decorator {
  const all: readonly ProblemCode[] = [...codes, 'too-many-requests', 'internal', 'unavailable'];
  const statuses = [...new Set(all.map((code) => problems[code].status))];
  return applyDecorators(...statuses.map((status) => ApiResponse({
    status,
    description: all.filter((code) => problems[code].status === status).map((code) => `${problems[code].title} (${code})`).join('; or: '),
    content: { 'application/problem+json': { schema: ref('Problem') } },
  })));
}

/** Documents an optional parameter of the query. */
export const Asks = (name: string, description: string, schema: { readonly type: 'string' | 'integer'; readonly enum?: readonly string[]; readonly format?: string }): Decorator =>
  applyDecorators(ApiQuery({ name, description, required: false, schema: { type: schema.type, ...(schema.enum && { enum: [...schema.enum] }), ...(schema.format && { format: schema.format }) } }));

/** Documents the parameters of a page. */
export const AsksForPage = (): Decorator => applyDecorators(
  Asks('limit', 'Items on a page, 1 to 200; 50 when absent.', { type: 'integer' }),
  Asks('cursor', 'nextCursor of the page before.', { type: 'string' }),
);
