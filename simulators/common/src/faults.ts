import { seededChance } from './chance.ts';

/** How a simulator is told to misbehave. A rule without `match` concerns every call; without `rate` it always fires; without `count` it never ends. */
export interface FaultRule {
  /** Part of the operation, such as "POST /v3/sign-flow" or a service code inside the body. */
  readonly match?: string;
  /** Waits this long before the work is begun, alone or together with any other fault. */
  readonly delayMs?: number;
  /** Answers this HTTP status; the work is not done. */
  readonly status?: number;
  /** The answer's JSON body, sent with `status` (200 if none is named); the work is not done. */
  readonly body?: unknown;
  /** Cuts the connection; the work is not done. */
  readonly dropBeforeCommit?: boolean;
  /** The work is done and kept, then the connection is cut. */
  readonly dropAfterCommit?: boolean;
  /** The work is done and kept, but the answer is a proxy's HTML page with status 200. */
  readonly garbage?: boolean;
  /** 0 to 1: the share of matching calls that are hit. */
  readonly rate?: number;
  /** How many calls it hits before it is over. */
  readonly count?: number;
}

/** A rule and how often it has fired. */
export interface ActiveFault extends FaultRule {
  readonly fired: number;
}

/** The simulator's mood: what has been asked for, and what happens to the next call. */
export interface Faults {
  add(rules: readonly FaultRule[]): void;
  list(): readonly ActiveFault[];
  clear(): void;
  /** The first rule that hits this operation, counted as fired; undefined leaves the call alone. */
  take(operation: string): FaultRule | undefined;
}

/** An empty list of faults; `rate` draws from `seed`, so a run can be repeated. */
export function noFaults(seed: number): Faults {
  const draw = seededChance(seed);
  let active: { readonly rule: FaultRule; fired: number }[] = [];
  return {
    add: (rules) => void active.push(...rules.map((rule) => ({ rule, fired: 0 }))),
    list: () => active.map(({ rule, fired }) => ({ ...rule, fired })),
    clear: () => void (active = []),
    take(operation) {
      const hit = active.find(({ rule, fired }) => concerns(rule, operation) && fired < (rule.count ?? Infinity) && draw() < (rule.rate ?? 1));
      if (!hit) return undefined;
      hit.fired += 1;
      return hit.rule;
    },
  };
}

/** Reads rules as they arrive over HTTP: one or a list. Answers the problem in words instead of rules when something is wrong. */
export function readFaultRules(input: unknown): readonly FaultRule[] | string {
  const given: readonly unknown[] = Array.isArray(input) ? input : [input];
  const problem = given.map(problemOf).find((found) => found !== undefined);
  return problem ?? given.filter(isRule);
}

const KINDS: Readonly<Record<keyof FaultRule, (value: unknown) => boolean>> = {
  match: (value) => typeof value === 'string',
  delayMs: (value) => isBetween(value, 0, 600_000),
  status: (value) => isBetween(value, 200, 599),
  body: () => true,
  dropBeforeCommit: (value) => typeof value === 'boolean',
  dropAfterCommit: (value) => typeof value === 'boolean',
  garbage: (value) => typeof value === 'boolean',
  rate: (value) => isBetween(value, 0, 1),
  count: (value) => isBetween(value, 0, Number.MAX_SAFE_INTEGER),
};
const CHECKS = new Map<string, (value: unknown) => boolean>(Object.entries(KINDS));

function problemOf(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return 'a fault rule is an object such as {"match":"POST /orders","status":503,"count":1}';
  const wrong = Object.entries(given).find(([field, value]) => !CHECKS.get(field)?.(value));
  return wrong && `fault rule: ${wrong[0]} can't be ${JSON.stringify(wrong[1])}; fields are ${[...CHECKS.keys()].join(', ')}`;
}

function isRule(given: unknown): given is FaultRule {
  return problemOf(given) === undefined;
}

function isBetween(value: unknown, lowest: number, highest: number): boolean {
  return typeof value === 'number' && value >= lowest && value <= highest;
}

function concerns(rule: FaultRule, operation: string): boolean {
  return rule.match === undefined || operation.includes(rule.match);
}
