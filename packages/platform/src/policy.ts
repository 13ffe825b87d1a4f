import { readFileSync } from 'node:fs';
import { defaultPolicy, type Policy } from '@order-mesh/contracts';
import { MeshError } from '@order-mesh/kernel';
import { z } from 'zod';

const whole = z.number().int().positive();

const policySchema = z.strictObject({
  credit: z.strictObject({ freezeAfterDaysOverdue: z.number().int().nonnegative(), freezeOverturnedBy: z.string().min(1), approvalWithinHours: z.number().positive() }),
  inventory: z.strictObject({ lockTtlDays: whole, replenishToTimesSafety: whole }),
  order: z.strictObject({ maxLines: whole }),
  // absent in files of older releases
  cases: z.strictObject({ owner: z.string().min(1), dueWithinHours: z.number().positive(), stuckAfterMinutes: z.number().nonnegative() }).default(defaultPolicy.cases),
});

/** The policy in force: the shipped one, or the JSON file of the same shape. Throws BAD_CONFIG naming each wrong field. */
export function loadPolicy(file: string): Policy {
  if (file === '') return defaultPolicy;
  const parsed = policySchema.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new MeshError('BAD_CONFIG', { advice: `POLICY_FILE ${file}: ${problems.join('; ')}` });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new MeshError('BAD_CONFIG', { advice: `POLICY_FILE must name a readable JSON file, got ${file}`, cause });
  }
}
