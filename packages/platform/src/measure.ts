/**
 * One metric, declared once by its owner, in `measures.ts`: docs/metrics.md is written from it, and nothing else names it in code.
 * `npm run metrics` refuses a name without its unit, a name of two owners, and labels that would have many values.
 */
export interface Measure {
  /** `mesh_…`, ending in its unit where that is seconds or bytes, and in `_total` where it only ever grows. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: Unit;
  /** What the values of each label are. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the number says, in one sentence. */
  readonly means: string;
  /** What to do with it. */
  readonly use: string;
  /** What a histogram spans: calls, from milliseconds to half a minute (when absent), or orders, up to weeks. */
  readonly span?: 'calls' | 'orders';
}

/** The base units, and things that are counted. */
export type Unit =
  | 'seconds' | 'bytes' | 'fen' | 'yes or no' | 'version' | 'state'
  | 'orders' | 'messages' | 'records' | 'batches' | 'works' | 'statements' | 'packets' | 'transactions' | 'connections' | 'requests' | 'calls' | 'steps'
  | 'dead letters' | 'cases' | 'approvals' | 'differences' | 'times';

export type Measures = Readonly<Record<string, Measure>>;

/** The labels of a measure: each of them, and no other. */
export type LabelsOf<Declared extends Measure> = Readonly<Record<keyof Declared['labels'] & string, string>>;
