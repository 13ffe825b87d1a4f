import type { Chance } from './random.ts';

/** Where a fault may strike: something a process waits for, or something that travels. */
export type Place = 'statement' | 'commit' | 'publish' | 'fetch' | 'request' | 'callback' | 'record';

/** What strikes. `before`: nothing has been done yet; `after`: it is done, but whoever asked does not learn it. */
export type Blow =
  | { readonly type: 'crash'; readonly when: 'before' | 'after'; readonly downMs: number }
  | { readonly type: 'freeze'; readonly when: 'before' | 'after'; readonly forMs: number }
  | { readonly type: 'lost'; readonly when: 'before' | 'after' }
  | { readonly type: 'slow'; readonly when: 'before' | 'after'; readonly byMs: number }
  | { readonly type: 'twice' }
  | { readonly type: 'refused' }
  | { readonly type: 'unreachable' };

/** A blow at the `nth` time that somebody comes by. */
export interface Strike {
  readonly place: Place;
  readonly nth: number;
  readonly blow: Blow;
}

/** Something that happens at a moment, whoever is doing what. */
export interface Mishap {
  readonly atMs: number;
  readonly type: 'crash' | 'restart' | 'rebalance' | 'rewind' | 'partner-away' | 'join';
  /** Which process, group or partner, counted in their order. */
  readonly which: number;
  readonly forMs: number;
}

export type Fault = Strike | Mishap;

/** How often each place is passed in a run of 50 orders, about. */
const PASSED: Readonly<Record<Place, number>> = { statement: 2_500, commit: 220, publish: 160, fetch: 250, request: 500, callback: 40, record: 900 };

const BLOWS: Readonly<Record<Place, readonly Blow['type'][]>> = {
  statement: ['crash', 'freeze', 'lost', 'slow'],
  commit: ['crash', 'crash', 'freeze', 'lost', 'lost', 'slow'],
  publish: ['crash', 'crash', 'freeze', 'twice', 'slow', 'lost'],
  fetch: ['crash', 'freeze', 'slow'],
  request: ['crash', 'freeze', 'lost', 'lost', 'slow', 'refused', 'unreachable'],
  callback: ['lost', 'twice', 'slow'],
  record: ['twice', 'slow'],
};

const MISHAPS: readonly Mishap['type'][] = ['crash', 'restart', 'rebalance', 'rewind', 'partner-away', 'join'];
const UNTIL_MS = 6_000;

/** Draws what goes wrong in a run. Each run favours a few places, so that every so often one of them is hit hard. */
export function drawFaults(chance: Chance, orders: number): readonly Fault[] {
  const places = (Object.keys(PASSED) as Place[]).filter(() => chance.happens(0.4));
  const many = chance.whole(0, chance.happens(0.2) ? 14 : 6);
  const strikes = places.flatMap((place) => Array.from({ length: chance.whole(1, 4) }, () => drawStrike(chance, place, orders)));
  const mishaps = Array.from({ length: chance.whole(0, 3) }, () => drawMishap(chance));
  return [...strikes.slice(0, many), ...mishaps];
}

function drawStrike(chance: Chance, place: Place, orders: number): Strike {
  const passed = Math.max(6, Math.round((PASSED[place] * orders) / 50));
  return { place, nth: chance.whole(1, chance.happens(0.3) ? Math.ceil(passed / 6) : passed), blow: drawBlow(chance, chance.of(BLOWS[place])) };
}

function drawBlow(chance: Chance, type: Blow['type']): Blow {
  const when = chance.happens(0.5) ? 'before' : 'after';
  switch (type) {
    case 'crash': return { type, when, downMs: chance.whole(200, 3_000) };
    case 'freeze': return { type, when, forMs: chance.whole(0, 3) === 0 ? chance.whole(12_000, 40_000) : chance.whole(50, 9_000) };
    case 'lost': return { type, when };
    case 'slow': return { type, when, byMs: chance.happens(0.2) ? chance.whole(2_000, 15_000) : chance.whole(5, 800) };
    default: return { type };
  }
}

function drawMishap(chance: Chance): Mishap {
  return { atMs: chance.whole(50, UNTIL_MS), type: chance.of(MISHAPS), which: chance.whole(0, 9), forMs: chance.whole(200, 4_000) };
}

/** Hands out the blows of a run as their places are passed. */
export class Strikes {
  readonly #places: Readonly<Record<Place, { passed: number; readonly planned: ReadonlyMap<number, Blow> }>>;

  constructor(faults: readonly Fault[]) {
    const at = (place: Place) => ({ passed: 0, planned: new Map(faults.flatMap((fault) => ('place' in fault && fault.place === place ? [[fault.nth, fault.blow] as const] : []))) });
    this.#places = { statement: at('statement'), commit: at('commit'), publish: at('publish'), fetch: at('fetch'), request: at('request'), callback: at('callback'), record: at('record') };
  }

  /** Whether whoever comes next is struck. */
  isNext(place: Place): boolean {
    const { passed, planned } = this.#places[place];
    return planned.size > 0 && planned.has(passed + 1);
  }

  /** Somebody passes; the blow that strikes him, if any does. */
  at(place: Place): Blow | undefined {
    const here = this.#places[place];
    here.passed += 1;
    return here.planned.size === 0 ? undefined : here.planned.get(here.passed);
  }
}

/** How a person would name what goes wrong. */
export function faultInWords(fault: Fault): string {
  if (!('place' in fault)) return `${(fault.atMs / 1_000).toFixed(2)} s after the start: ${fault.type} (${fault.which})`;
  return `at ${fault.place} ${fault.nth}: ${fault.blow.type}${'when' in fault.blow ? ` ${fault.blow.when}` : ''}`;
}
