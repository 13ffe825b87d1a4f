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
  const untold = inputs.filter((field) => field.untold !== undefined && facts[field.name] === undefined);
  return untold.length === 0 ? facts : { ...facts, ...Object.fromEntries(untold.flatMap(({ name, untold: value }) => (value === undefined ? [] : [[name, value] as const]))) };
}

/** What a decision point is told, in whole units and no more than it knows: sums of strange documents must not stop who asks. An input that is not given is missing. */
export const factsFor = ({ inputs }: DecisionPoint, given: Readonly<Record<string, Value | bigint>>): Values => Object.fromEntries(inputs.flatMap((field) => {
  const value = given[field.name];
  return value === undefined ? [] : [[field.name, nearestTo(field, value)] as const];
}));
