import type { ReadRule } from './compile.ts';
import type { DecisionPoint } from './decision-point.ts';
import type { Field, NumberField, Values } from './field.ts';
import { both, everything, isEmpty, someOf, without, type Reach } from './reach.ts';

/** Facts and moments for which something holds, a reach a side; a side that is not named is free. */
export type Box = ReadonlyMap<string, Reach>;

const PLACED = '@placed';
const NOW = '@now';
const LAST_MOMENT = 8_640_000_000_000_000;

const moment = (name: string): NumberField => ({ name, type: 'count', label: { zh: name, en: name }, least: 0, most: LAST_MOMENT, example: 0 });

/** What the sides of a box are: the inputs, and the two moments that rules count. */
export function sidesOf({ inputs }: DecisionPoint): readonly Field[] {
  return [...inputs, moment(PLACED), moment(NOW)];
}

/** Where a rule holds. */
export function boxOf({ rule: { from, until, counts }, reach }: ReadRule): Box {
  if (from === null && until === null) return reach;
  return new Map([...reach, [counts === 'now' ? NOW : PLACED, { type: 'ranges', ranges: [{ from: from ?? 0, to: (until ?? LAST_MOMENT + 1) - 1 }] } satisfies Reach]]);
}

/** Where both hold; null where that is nowhere. */
export function overlap(one: Box, other: Box): Box | null {
  const box = new Map(one);
  for (const [side, reach] of other) {
    const known = box.get(side);
    const shared = known ? both(known, reach) : reach;
    if (isEmpty(shared)) return null;
    box.set(side, shared);
  }
  return isPossible(box) ? box : null;
}

/** Where one holds and the other does not, in boxes that do not overlap. */
export function beyond(one: Box, other: Box, sides: readonly Field[]): readonly Box[] {
  if (!overlap(one, other)) return [one];
  const pieces: Box[] = [];
  let rest = one;
  for (const [side, reach] of other) {
    const field = sides.find(({ name }) => name === side);
    const mine = rest.get(side) ?? (field && everything(field));
    if (!mine) continue;
    const outside = without(mine, reach);
    if (!isEmpty(outside)) pieces.push(new Map([...rest, [side, outside]]));
    rest = new Map([...rest, [side, both(mine, reach)]]);
  }
  return pieces.filter(isPossible);
}

/** Whether wherever one holds the other does. */
export const isWithin = (one: Box, other: Box, sides: readonly Field[]): boolean => beyond(one, other, sides).length === 0;

/** Facts that lie in a box, as near to the usual ones as they can. */
export function exampleOf(box: Box, { inputs }: DecisionPoint): Values {
  return Object.fromEntries(inputs.flatMap((field) => {
    const value = someOf(box.get(field.name) ?? everything(field), field.example);
    return value === undefined ? [] : [[field.name, value]];
  }));
}

/** Moments that lie in a box. */
export function momentOf(box: Box, usual: number): { readonly now: number; readonly placedAt: number } {
  const now = Number(someOf(box.get(NOW) ?? everything(moment(NOW)), usual) ?? usual);
  const placedAt = Number(someOf(box.get(PLACED) ?? everything(moment(PLACED)), Math.min(now, usual)) ?? usual);
  return { now: Math.max(now, placedAt), placedAt };
}

/** No order is decided on before it is placed. */
function isPossible(box: Box): boolean {
  const [now, placed] = [box.get(NOW), box.get(PLACED)];
  if (now?.type !== 'ranges' || placed?.type !== 'ranges') return true;
  return (placed.ranges[0]?.from ?? Infinity) <= (now.ranges.at(-1)?.to ?? -Infinity);
}
