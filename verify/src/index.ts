export { extentOf, recordsUpTo, type Extent } from './history/read.ts';
export type { Places } from './places.ts';
export { invariantIds, type InvariantId, type Offence, type Verdict } from './verdict.ts';
export { verify, type VerifyOptions } from './verify.ts';
