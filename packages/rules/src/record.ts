import { z } from 'zod';
import type { CompiledRules, Decision, Moment } from './compile.ts';
import type { Values } from './field.ts';

/** What rules were asked, when, and what they said: put to the rules of that hash again, the same comes out. */
export interface DecisionRecord extends Decision {
  readonly facts: Values;
  readonly moment: Moment;
}

/** Decides, and keeps what it was decided on. Throws as `CompiledRules.decide` does. */
export const decideOn = (rules: Pick<CompiledRules, 'decide'>, facts: Values, moment: Moment): DecisionRecord => ({ facts, moment, ...rules.decide(facts, moment) });

/** Writes a record as it is kept. */
export const writeRecord = (record: DecisionRecord): string => JSON.stringify(record);

/** Reads a record as it was kept. Throws a ZodError for anything else. */
export const readRecord = (json: string): DecisionRecord => decisionRecord.parse(JSON.parse(json));

/** Writes what one thing was decided on, several decisions of several points. */
export const writeRecords = (records: readonly DecisionRecord[]): string => JSON.stringify(records);

/** Reads them as they were kept. Throws a ZodError for anything else. */
export const readRecords = (json: string): readonly DecisionRecord[] => z.array(decisionRecord).parse(JSON.parse(json));

const values = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
/** How a record is read as a part of something larger. */
export const decisionRecord: z.ZodType<DecisionRecord> = z.object({ facts: values, moment: z.object({ now: z.number(), placedAt: z.number() }), said: values, rule: z.string().nullable(), hash: z.string() });
