import { fen } from '@order-mesh/kernel';
import { z } from 'zod';
import type { Directory } from './domain/people.ts';

const name = z.string().trim().min(1).max(100);

const peopleSchema = z.array(z.strictObject({
  name,
  aliases: z.array(name).default([]),
  roles: z.array(name).min(1),
  regions: z.array(name).default([]),
  upToYuan: z.number().int().nonnegative().max(90_000_000_000).nullable().default(null),
})).min(1);

export type PeopleRead = { readonly type: 'read'; readonly people: Directory } | { readonly type: 'faulty'; readonly problem: string };

/** Reads who may decide what from JSON: `[{"name": "Li Na", "aliases": ["wecom:LiNa"], "roles": ["regional-manager"], "regions": ["江苏省"], "upToYuan": 500000}]`. */
export function readPeople(json: string): PeopleRead {
  const parsed = peopleSchema.safeParse(parsedJson(json));
  if (!parsed.success) return { type: 'faulty', problem: parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join(', ') };
  const people = parsed.data.map(({ upToYuan, ...person }) => ({ ...person, upTo: upToYuan === null ? null : fen(BigInt(upToYuan) * 100n) }));
  const names = people.flatMap((person) => [person.name, ...person.aliases]);
  const twice = names.find((one, at) => names.indexOf(one) !== at);
  return twice === undefined ? { type: 'read', people } : { type: 'faulty', problem: `${twice} is two people, or the same one twice` };
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
