import { seededChance } from './chance.ts';

/** How a simulator is told to misbehave. A rule without `match` concerns every call; without `rate` it always fires; without `count` and `forMs` it never ends. */
export interface FaultRule {
  /** Part of the operation, such as "POST /v3/sign-flow" or a service code inside the body. */
  readonly match?: string;
  /** Waits this long before the work is begun, alone or together with any other fault. */
  readonly delayMs?: number;
  /** Answers this HTTP status; the work is not done. */
  readonly status?: number;
  /** The answer's body, sent with `status` (200 if none is named): a text as it stands, anything else as JSON. The work is not done. */
  readonly body?: unknown;
  /** Headers of that answer, such as Retry-After beside a 429. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Cuts the connection; the work is not done. */
  readonly dropBeforeCommit?: boolean;
  /** The work is done and kept, then the connection is cut. */
  readonly dropAfterCommit?: boolean;
  /** The work is done and kept, but the answer is a proxy's HTML page with status 200. */
  readonly garbage?: boolean;
  /** The work is done and kept, but the connection is cut after half of the answer. */
  readonly half?: boolean;
  /** The work is done and kept, and the answer is whole, but says it is of this type. */
  readonly contentType?: string;
  /** 0 to 1: the share of matching calls that are hit. */
  readonly rate?: number;
  /** How many calls it hits before it is over. */
  readonly count?: number;
  /** It begins so long after it was asked for, in milliseconds; at once if not named. */
  readonly afterMs?: number;
  /** It is over so long after it has begun, in milliseconds. */
  readonly forMs?: number;
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

interface Asked {
  readonly rule: FaultRule;
  readonly at: number;
  fired: number;
}

/** An empty list of faults; `rate` draws from `seed`, so a run can be repeated. `now` is in milliseconds. */
export function noFaults(seed: number, now: () => number = () => performance.now()): Faults {
  const draw = seededChance(seed);
  let active: Asked[] = [];
  return {
    add: (rules) => void active.push(...rules.map((rule) => ({ rule, at: now(), fired: 0 }))),
    list: () => active.map(({ rule, fired }) => ({ ...rule, fired })),
    clear: () => void (active = []),
    take(operation) {
      const hit = active.find((one) => isInForce(one, now()) && concerns(one.rule, operation) && draw() < (one.rule.rate ?? 1));
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
  half: (value) => typeof value === 'boolean',
  contentType: (value) => typeof value === 'string',
  headers: (value) => typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string'),
  afterMs: (value) => isBetween(value, 0, 86_400_000),
  forMs: (value) => isBetween(value, 0, 86_400_000),
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

function isInForce({ rule: { count = Infinity, afterMs = 0, forMs = Infinity }, at, fired }: Asked, now: number): boolean {
  const runs = now - at - afterMs;
  return fired < count && runs >= 0 && runs < forMs;
}

function concerns(rule: FaultRule, operation: string): boolean {
  return rule.match === undefined || operation.includes(rule.match);
}
