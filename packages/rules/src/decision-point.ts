import { nearestTo, type Field, type Value, type Values, type Words } from './field.ts';

/** A place in the mesh where the business decides: what is known there, and what has to be said. */
export interface DecisionPoint {
  readonly name: string;
  readonly title: Words;
  /** Which service decides here, and when. */
  readonly asked: Words;
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  /** What is said where no rule holds; null where one always has to. */
  readonly otherwise: Values | null;
}

/** Facts with what they leave unsaid, where the point knows what to take for it. */
export function told({ inputs }: DecisionPoint, facts: Values): Values {
  let whole: Record<string, Value> | undefined;
  for (const { name, untold } of inputs) if (untold !== undefined && facts[name] === undefined) (whole ??= { ...facts })[name] = untold;
  return whole ?? facts;
}

/** What a decision point is told, in whole units and no more than it knows: sums of strange documents must not stop who asks. An input that is not given is missing. */
export function factsFor({ inputs }: DecisionPoint, given: Readonly<Record<string, Value | bigint>>): Values {
  const facts: Record<string, Value> = {};
  for (const field of inputs) {
    const value = given[field.name];
    if (value !== undefined) facts[field.name] = nearestTo(field, value);
  }
  return facts;
}
