import { readFileSync } from 'node:fs';
import { defaultPolicy, minutesOfDay, type Policy } from '@order-mesh/contracts';
import { MeshError } from '@order-mesh/kernel';
import { z } from 'zod';

const whole = z.number().int().positive();
const percent = z.number().int().min(0).max(99);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 09:00');

const policySchema = z.strictObject({
  credit: z.strictObject({
    freezeAfterDaysOverdue: z.number().int().nonnegative(), freezeOverturnedBy: z.string().min(1), approvalWithinHours: z.number().positive(),
    // absent in files of older releases, which go by the clock
    approvalWithinWorkingHours: z.number().int().nonnegative().max(400).default(0),
  }),
  inventory: z.strictObject({ lockTtlDays: whole, replenishToTimesSafety: whole }),
  order: z.strictObject({ maxLines: whole }),
  // these are absent in files of older releases
  approvals: z.strictObject({
    workFrom: timeOfDay, workUntil: timeOfDay, remindAfterPercent: percent, escalateAfterPercent: percent, escalateTo: z.record(z.string(), z.string().min(1)),
  })
    .refine(({ workFrom, workUntil }) => minutesOfDay(workUntil) - minutesOfDay(workFrom) >= 60, 'workUntil must be an hour or more after workFrom').default(defaultPolicy.approvals),
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
