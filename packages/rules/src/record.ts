import { z } from 'zod';
import type { CompiledRules, Decision, Moment, Occasion } from './compile.ts';
import type { DecisionPoint } from './decision-point.ts';
import type { Values } from './field.ts';

/** What rules were asked, when, and what they said: put to the rules of that hash again, the same comes out. */
export interface DecisionRecord extends Decision {
  readonly facts: Values;
  readonly moment: Moment;
  /** What the rule says that decided, in its sentence; absent where none held, and where it was not kept. */
  readonly title?: string;
}

/** A decision as it is told to everybody, beside what was made of it. */
export interface ToldDecision {
  readonly point: string;
  readonly rule: string | null;
  /** The rule's sentence; empty where none held. */
  readonly title: string;
  readonly hash: string;
  /** What the rules were told and what they said, in whole units by name, as JSON. */
  readonly facts: string;
  readonly said: string;
  readonly decidedAt: number;
  readonly placedAt: number;
}

/** Decides, and keeps what it was decided on. Throws as `CompiledRules.decide` does. */
export function decideOn(rules: Pick<CompiledRules, 'decide'> & Partial<Pick<CompiledRules, 'set'>>, facts: Values, occasion: Occasion): DecisionRecord {
  const { now, placedAt } = occasion;
  const record = { facts, moment: { now, placedAt }, ...rules.decide(facts, occasion) };
  const decided = rules.set?.rules.find(({ id }) => id === record.rule);
  return decided ? { ...record, title: decided.title } : record;
}

/** Writes a record as it is kept. */
export const writeRecord = (record: DecisionRecord): string => JSON.stringify(record);

/** Reads a record as it was kept. Throws a ZodError for anything else. */
export const readRecord = (json: string): DecisionRecord => decisionRecord.parse(JSON.parse(json));

/** Reads several as they were kept with one row. Throws a ZodError for anything else. */
export const readRecords = (json: string): readonly DecisionRecord[] => z.array(decisionRecord).parse(JSON.parse(json));

/** What an answer tells of the decision it came of; nothing where rules were not asked. */
export const toldOf = ({ name: point }: Pick<DecisionPoint, 'name'>, record: DecisionRecord | null): readonly ToldDecision[] => (record === null ? [] : [{
  point, rule: record.rule, title: record.title ?? '', hash: record.hash, facts: JSON.stringify(record.facts), said: JSON.stringify(record.said),
  decidedAt: record.moment.now, placedAt: record.moment.placedAt,
}]);

const values = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
/** How a record is read as a part of something larger. */
export const decisionRecord: z.ZodType<DecisionRecord> = z.object({
  facts: values, moment: z.object({ now: z.number(), placedAt: z.number() }), said: values, rule: z.string().nullable(), hash: z.string(), title: z.string().exactOptional(),
});
