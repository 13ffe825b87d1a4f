import { isNumberField, type Field, type Value } from './field.ts';

/** What a cell lets through: the values of one field for which it holds. */
export type Reach =
  /** Disjoint and in order; whole units. */
  | { readonly type: 'ranges'; readonly ranges: readonly Range[] }
  | { readonly type: 'texts'; readonly texts: ReadonlySet<string> }
  | { readonly type: 'other-texts'; readonly but: ReadonlySet<string> };

/** Both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Everything that a field can be. A flag counts as the texts true and false. */
export function everything(field: Field): Reach {
  if (isNumberField(field)) return { type: 'ranges', ranges: [{ from: field.least, to: field.most }] };
  if (field.type === 'text') return { type: 'other-texts', but: new Set() };
  return { type: 'texts', texts: new Set(field.type === 'flag' ? ['true', 'false'] : field.choices.map(({ value }) => value)) };
}

export function includes(reach: Reach, value: Value): boolean {
  switch (reach.type) {
    case 'ranges': return typeof value === 'number' && reach.ranges.some(({ from, to }) => value >= from && value <= to);
    case 'texts': return reach.texts.has(String(value));
    case 'other-texts': return !reach.but.has(String(value));
  }
}

export function isEmpty(reach: Reach): boolean {
  return reach.type === 'ranges' ? reach.ranges.length === 0 : reach.type === 'texts' && reach.texts.size === 0;
}

/** What both let through. Both are of one field. */
export function both(one: Reach, other: Reach): Reach {
  if (one.type === 'ranges') return ranges(other.type === 'ranges' ? one.ranges.flatMap((a) => other.ranges.map((b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }))) : []);
  if (one.type === 'texts') return { type: 'texts', texts: new Set([...one.texts].filter((text) => includes(other, text))) };
  if (other.type === 'other-texts') return { type: 'other-texts', but: new Set([...one.but, ...other.but]) };
  return both(other, one);
}

/** What one lets through and the other does not. */
export function without(one: Reach, other: Reach): Reach {
  return both(one, opposite(other));
}

/** What either lets through. */
export function either(one: Reach, other: Reach): Reach {
  if (one.type === 'ranges' && other.type === 'ranges') return ranges([...one.ranges, ...other.ranges]);
  return opposite(both(opposite(one), opposite(other)));
}

/** Some value that is let through, the nearest to what people would name; undefined when there is none. */
export function someOf(reach: Reach, preferred: Value): Value | undefined {
  if (includes(reach, preferred)) return preferred;
  switch (reach.type) {
    case 'ranges': return nearest(reach.ranges, Number(preferred));
    case 'texts': {
      const [first] = reach.texts;
      return typeof preferred === 'boolean' && first !== undefined ? first === 'true' : first;
    }
    case 'other-texts': {
      for (let number = 1; ; number += 1) if (!reach.but.has(`other-${number}`)) return `other-${number}`;
    }
  }
}

/** Puts ranges in order, and those that touch together; what is empty falls out. */
export function ranges(all: readonly Range[]): Reach & { readonly type: 'ranges' } {
  const joined: Range[] = [];
  for (const range of all.filter(({ from, to }) => from <= to).sort((one, other) => one.from - other.from)) {
    const last = joined.at(-1);
    if (last && range.from <= last.to + 1) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else joined.push(range);
  }
  return { type: 'ranges', ranges: joined };
}

function opposite(reach: Reach): Reach {
  switch (reach.type) {
    case 'texts': return { type: 'other-texts', but: reach.texts };
    case 'other-texts': return { type: 'texts', texts: reach.but };
    case 'ranges': {
      const edges = [-Infinity, ...reach.ranges.flatMap(({ from, to }) => [from - 1, to + 1]), Infinity];
      return ranges(edges.flatMap((from, index) => (index % 2 === 0 ? [{ from, to: edges[index + 1] ?? Infinity }] : [])));
    }
  }
}

function nearest(all: readonly Range[], wanted: number): number | undefined {
  const ends = all.flatMap(({ from, to }) => [from, to]).filter(Number.isFinite);
  return ends.sort((one, other) => Math.abs(one - wanted) - Math.abs(other - wanted))[0];
}
