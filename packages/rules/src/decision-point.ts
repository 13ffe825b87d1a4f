import type { Field, Values, Words } from './field.ts';

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
