/** The numbers under which the invariants are known, in docs/verify.md and in every report. */
export const invariantIds = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11', 'I12'] as const;
export type InvariantId = (typeof invariantIds)[number];

/** One row that should not be: what it is about, and what is wrong with it. */
export interface Offence {
  /** Such as "order 801MS0000000001YAA", "customer C10001", "P0042 in WH01". */
  readonly subject: string;
  readonly problem: string;
}

/** What was found out about one invariant. */
export interface Verdict {
  readonly id: InvariantId;
  readonly title: string;
  /** What it promises, in a sentence. */
  readonly promise: string;
  /** `not-applicable`: nothing could be checked; `notChecked` says why. Never taken for a "holds". */
  readonly status: 'holds' | 'violated' | 'not-applicable';
  /** How many of what were looked at: `{ orders: 2000, documents: 1803 }`. */
  readonly checked: Readonly<Record<string, number>>;
  /** Parts of the invariant that could not be checked, each with its reason. */
  readonly notChecked: readonly string[];
  /** How many rows offend, however many are shown. */
  readonly violations: number;
  /** The first of them. */
  readonly rows: readonly Offence[];
}

/** What a check brings home. */
export interface Found {
  readonly offences: readonly Offence[];
  readonly checked: Readonly<Record<string, number>>;
  readonly notChecked?: readonly string[];
}

/** Says what follows from what was found; a check that looked at nothing and had a reason for it does not apply. */
export function judge({ id, title, promise }: Pick<Verdict, 'id' | 'title' | 'promise'>, { offences, checked, notChecked = [] }: Found, shown: number): Verdict {
  const isEmpty = Object.keys(checked).length === 0 && notChecked.length > 0;
  const status = offences.length > 0 ? 'violated' : isEmpty ? 'not-applicable' : 'holds';
  return { id, title, promise, status, checked, notChecked, violations: offences.length, rows: offences.slice(0, shown) };
}

/** Puts what several questions brought home together; figures of one name add up. */
export function together(...all: readonly Found[]): Found {
  const checked: Record<string, number> = {};
  for (const one of all) {
    for (const [what, count] of Object.entries(one.checked)) checked[what] = (checked[what] ?? 0) + count;
  }
  return { offences: all.flatMap(({ offences }) => offences), checked, notChecked: [...new Set(all.flatMap(({ notChecked = [] }) => notChecked))] };
}
