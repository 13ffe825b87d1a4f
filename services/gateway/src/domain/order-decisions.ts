import { decisionPoints, type Words } from '@order-mesh/rules';
import type { Instant } from '@order-mesh/kernel';
import { utc } from './order-item.ts';
import { jsonOr } from './rules-view.ts';
import { sane } from './stamp.ts';
import type { Entry, Json } from './timeline.ts';

/** A decision of rules on an order, as it was told with the answer that came of it. */
export interface DecisionItem {
  readonly point: string;
  /** Null at a point this release does not know. */
  readonly title: Words | null;
  readonly decidedAt: string;
  /** Null where no rule held. */
  readonly rule: string | null;
  /** What the rule says; empty where none held. */
  readonly sentence: string;
  readonly hash: string;
  /** Whole units by name. */
  readonly facts: Json;
  readonly said: Json;
  /** The message that told it first. */
  readonly toldBy: string;
}

/** Every decision that messages about an order told, once, in the order in which they were made: whoever decides by rules tells so in a field `decisions`. */
export function decisionsIn(entries: readonly Entry[]): readonly DecisionItem[] {
  const found = new Map<string, { readonly at: Instant; readonly item: DecisionItem }>();
  for (const { type, value } of entries.toSorted((one, other) => one.at - other.at)) {
    for (const told of listIn(value, 'decisions')) {
      const key = JSON.stringify(told);
      if (!found.has(key)) found.set(key, { at: sane(Number(fieldIn(told, 'decidedAt') ?? 0)), item: itemOf(told, type) });
    }
  }
  return [...found.values()].toSorted((one, other) => one.at - other.at).map(({ item }) => item);
}

function itemOf(told: Json, toldBy: string): DecisionItem {
  const text = (name: string): string => String(fieldIn(told, name) ?? '');
  const rule = fieldIn(told, 'rule') ?? null;
  const point = text('point');
  return {
    point, title: decisionPoints.get(point)?.title ?? null, decidedAt: utc(sane(Number(fieldIn(told, 'decidedAt') ?? 0))), rule: rule === null ? null : String(rule),
    sentence: text('title'), hash: text('hash'), facts: jsonOr(text('facts'), {}), said: jsonOr(text('said'), {}), toldBy,
  };
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

function listIn(value: Json, name: string): readonly Json[] {
  const list = fieldIn(value, name);
  return isList(list) ? list : [];
}

const fieldIn = (value: Json, name: string): Json | undefined => (typeof value === 'object' && value !== null && !isList(value) ? new Map<string, Json>(Object.entries(value)).get(name) : undefined);
