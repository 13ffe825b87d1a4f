import { z } from 'zod';
import { Problem, type ProblemCode, type ProblemError } from './problem.ts';

/** How many faults one answer lists. */
const MOST_FAULTS = 100;

/** Reads a body by its schema. Throws the problem that lists every fault with its place. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown, code: ProblemCode): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw faulty(code, faultsIn(parsed.error).map(({ path, detail }) => ({ pointer: pointer(path), detail })));
}

/** Reads the query by its schema; what is empty counts as absent. Throws the problem that lists every fault. */
export function readQuery<Schema extends z.ZodType>(schema: Schema, query: Readonly<Record<string, unknown>>): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw faulty('invalid-request', faultsIn(parsed.error).map(({ path, detail }) => ({ parameter: path.join('.'), detail })));
}

/** The problem of these faults; its detail is a sentence, so that it can be shown alone. */
export function faulty(code: ProblemCode, errors: readonly ProblemError[]): Problem {
  const [first] = errors;
  const where = first?.pointer?.slice(1) ?? first?.parameter ?? first?.header ?? '';
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  return new Problem(code, `${where === '' ? '' : `${where}: `}${first?.detail ?? ''}${more}`, { errors: errors.slice(0, MOST_FAULTS) });
}

/** The place as a JSON pointer in a URI fragment: `#/lines/3/quantity`. */
export function pointer(path: readonly PropertyKey[]): string {
  return `#${path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly detail: string;
}

function faultsIn({ issues }: z.ZodError): readonly Fault[] {
  return issues.flatMap((issue): readonly Fault[] => {
    if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, detail: issue.message }];
    return issue.keys.map((key) => ({ path: [...issue.path, key.slice(0, 100)], detail: 'is not known here; leave it out' }));
  });
}
