import type { Instant } from '@order-mesh/kernel';
import { compile, conflictInWords, conflictsIn, decisionPoints, problemInWords, readRuleSet, refusing, writeRuleSet, type Conflict, type DecisionPoint, type RuleSet } from '@order-mesh/rules';
import { printable, told } from './wording.ts';

/** Why something is not carried out. */
export interface Refusal {
  readonly reason: 'unreadable' | 'wrong-cell' | 'conflict' | 'outdated' | 'same' | 'own-change' | 'unknown-change' | 'unknown-version' | 'unknown-decision' | 'decided' | 'shadowed' | 'unknown-shadow' | 'wrong-time';
  readonly detail: string;
}

/** A set that can be decided by. */
export interface ReadSet {
  readonly point: DecisionPoint;
  readonly set: RuleSet;
  /** The one way to write it. */
  readonly content: string;
  readonly hash: string;
}

export type SetRead = { readonly ok: true; readonly read: ReadSet } | { readonly ok: false; readonly refusal: Refusal };

/** With what travels beside it, a set has to fit into one message. */
const MOST_BYTES = 500_000;

/** Reads a set for a decision point, down to every cell. */
export function readSet(pointName: string, content: string): SetRead {
  const point = decisionPoints.get(pointName);
  if (!point) return refuse('unreadable', `there is no decision point ${printable(pointName, 60)}; there are ${[...decisionPoints.keys()].join(', ')}`);
  if (Buffer.byteLength(content) > MOST_BYTES) return refuse('unreadable', `the rules are larger than ${MOST_BYTES} bytes`);
  const read = readRuleSet(content);
  if (!read.ok) return refuse('unreadable', printable(told(read.problems), 4_100));
  const compiled = compile(point, read.set);
  if (!compiled.ok) return refuse('wrong-cell', printable(told(compiled.problems.map(problemInWords)), 4_100));
  return { ok: true, read: { point, set: read.set, content: writeRuleSet(read.set), hash: compiled.rules.hash } };
}

const MOST_FINDINGS = 200;

/** What was noticed about a set: a reason to refuse it, or what the second person should know, at most 200 of them. */
export function findingsIn({ point, set }: ReadSet, now: Instant): { readonly refusal: Refusal | null; readonly findings: readonly Conflict[] } {
  const conflicts = conflictsIn(point, set, now);
  const serious = conflicts.filter(({ kind }) => refusing.has(kind));
  const refusal: Refusal | null = serious.length === 0 ? null : { reason: 'conflict', detail: told(serious.map((one) => conflictInWords(point, one))) };
  return { refusal, findings: conflicts.slice(0, MOST_FINDINGS) };
}

const refuse = (reason: Refusal['reason'], detail: string): SetRead => ({ ok: false, refusal: { reason, detail } });
