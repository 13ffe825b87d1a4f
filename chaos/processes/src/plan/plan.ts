import { serviceNames } from '@order-mesh/cli/parts';
import { seededChance } from '@order-mesh/simulator';
import { crashPoints } from '../crash/points.ts';
import { weatherNames, type FaultKind, type FaultSpec, type Figures, type Plan, type Planned, type WeatherName } from './spec.ts';

/** Poison and race come first, on a mesh that nothing else troubles, so that what they do can be told from what others do. */
const POISON_AT = 5;
const POISON_SECONDS = 14;
const RACE_AT = 22;
const OPENING_SECONDS = 30;
/** A kill and the crash behind it are two starts, and what waited meanwhile. */
const KILL_ROOM_SECONDS = 8.5;
/** Left at the end for orders on a mesh that is whole again. */
const CLOSING_SECONDS = 12;
const RACE = { kind: 'race', orders: 200, fits: 50 } as const;
const SPIKE = { kind: 'spike', times: 10, seconds: 6 } as const;
const PARTNERS_SHARE = 0.2;
/** Longer than every retry of ours and of the clients. */
const OUTAGE_SECONDS = 60;
/** Timers are due when steps have waited in vain for half a minute, as in an outage. */
const TIMERS_POINT = 'timers-fired';

/** The links whose weather stops every order; the others only stop calls to one partner. */
const vitalLinks = ['kafka', 'postgres'];
const partnerLinks = ['u8', 'salesforce', 'salesforcePubsub', 'esign', 'carrier'];
/** Those that may have a second process: the others listen on a port of their own, or read a stream as one. */
const multiple = ['order-orchestrator', 'pricing', 'credit', 'inventory', 'logistics', 'finance', 'approvals', 'erp-adapter'];

/** Decides everything that will happen. The same seed and figures give the same plan; `only` leaves out all other kinds. */
export function planOf(seed: number, figures: Figures, only: readonly FaultKind[] = []): Plan {
  const dice = diceOf(seed);
  const wants = (kind: FaultKind): boolean => only.length === 0 || only.includes(kind);
  const basis = basisFaults(figures, dice).filter(({ fault: { kind } }) => wants(kind));
  const needed = basis.reduce((sum, { lasts }) => sum + lasts, 0);
  const middle = Math.max(needed, figures.seconds - OPENING_SECONDS - CLOSING_SECONDS, wants('kill') ? figures.kills * KILL_ROOM_SECONDS : 0, 30);
  const begin = OPENING_SECONDS;
  const seconds = begin + Math.ceil(middle) + CLOSING_SECONDS;
  const rest = (middle - needed) / Math.max(1, basis.length);
  const zombies = zombiesOf(figures, dice, { begin, middle });
  const wanted = (lane: readonly Planned[]): readonly Planned[] => lane.filter(({ fault: { kind } }) => wants(kind));
  const opening: readonly Planned[] = [{ at: POISON_AT, fault: { kind: 'poison', count: figures.poison, seconds: POISON_SECONDS } }, { at: RACE_AT, fault: RACE }];
  const lanes: readonly (readonly Planned[])[] = [
    [{ at: begin, fault: { kind: 'partners', share: PARTNERS_SHARE, seconds: Math.ceil(middle) } }],
    laidOut(basis, begin, rest),
    kills(figures, dice, { begin, middle }),
    spread(partnerWeather(figures, dice), { begin, middle }),
    zombies,
    spread(members(figures, dice), { begin: begin + 6, middle: middle - 6 }),
  ];
  const spikes = basis.filter(({ fault: { kind } }) => kind === 'spike').length;
  const race = wants('race') ? RACE.orders : 0;
  const steady = seconds + spikes * SPIKE.seconds * (SPIKE.times - 1);
  return {
    seed, seconds, orders: figures.orders, crmOrders: figures.crmOrders,
    ratePerSecond: Math.max(0.5, (figures.orders - figures.crmOrders - race) / (steady - CLOSING_SECONDS / 2)),
    opening: wanted(opening), openingSeconds: OPENING_SECONDS,
    lanes: lanes.map(wanted).filter((lane) => lane.length > 0),
  };
}

interface Dice {
  readonly chance: () => number;
  readonly one: <Item>(items: readonly Item[]) => Item;
  readonly shuffled: <Item>(items: readonly Item[]) => readonly Item[];
}

function diceOf(seed: number): Dice {
  const chance = seededChance(seed);
  const one = <Item>(items: readonly Item[]): Item => {
    const found = items[Math.floor(chance() * items.length)];
    if (found === undefined) throw new Error('there is nothing to draw from');
    return found;
  };
  const shuffled = <Item>(items: readonly Item[]): readonly Item[] => items.map((item) => ({ item, at: chance() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
  return { chance, one, shuffled };
}

/** A fault and the seconds it takes with the recovery after it. */
interface Lasting {
  readonly fault: FaultSpec;
  readonly lasts: number;
}

/** What stops every order while it lasts: never two of them at once. */
function basisFaults(figures: Figures, { chance, shuffled }: Dice): readonly Lasting[] {
  const times = (count: number, of: (index: number) => Lasting): readonly Lasting[] => Array.from({ length: count }, (_, index) => of(index));
  const hows = ['kill', 'immediate stop', 'freeze'] as const;
  const vital = vitalWeather(figures.network);
  return shuffled([
    ...times(figures.brokerKills, () => ({ fault: { kind: 'broker-kill', seconds: 1 }, lasts: 17 })),
    ...times(figures.outages, () => ({ fault: { kind: 'broker-outage', seconds: OUTAGE_SECONDS, point: TIMERS_POINT }, lasts: OUTAGE_SECONDS + 14 })),
    ...times(figures.postgres, (index) => postgresFault(hows[index % hows.length] ?? 'kill')),
    ...vital,
    ...times(figures.spikes, () => ({ fault: SPIKE, lasts: SPIKE.seconds + 8 })),
    ...times(figures.disksFull, () => ({ fault: { kind: 'disk-full', server: 'postgres', seconds: 4 + Math.round(chance() * 3) }, lasts: 14 } as const)),
    ...times(figures.disksFull, () => ({ fault: { kind: 'disk-full', server: 'kafka', seconds: 4 + Math.round(chance() * 3) }, lasts: 20 } as const)),
  ]);
}

function postgresFault(how: 'kill' | 'immediate stop' | 'freeze'): Lasting {
  return how === 'freeze' ? { fault: { kind: 'postgres', how, seconds: 10 }, lasts: 17 } : { fault: { kind: 'postgres', how, seconds: 0 }, lasts: 8 };
}

/** Half of the network episodes are on the links to Kafka and PostgreSQL, every kind of weather in turn. */
function vitalWeather(count: number): readonly Lasting[] {
  return Array.from({ length: Math.floor(count / 2) }, (_, index) => {
    const weather = weatherNames[index % weatherNames.length] ?? 'latency';
    const seconds = weather === 'one-way' || weather === 'blackhole' ? 12 : 6;
    return { fault: { kind: 'network', link: vitalLinks[index % vitalLinks.length] ?? 'kafka', weather, seconds }, lasts: seconds + 8 } as const;
  });
}

function partnerWeather({ network }: Figures, { shuffled }: Dice): readonly FaultSpec[] {
  const half = Math.ceil(network / 2);
  const inTurn: readonly WeatherName[] = ['blackhole', 'one-way', 'slices', 'resets', 'latency'];
  return shuffled(Array.from({ length: half }, (_, index): FaultSpec => {
    const weather = inTurn[index % inTurn.length] ?? 'latency';
    return { kind: 'network', link: partnerLinks[index % partnerLinks.length] ?? 'u8', weather, seconds: weather === 'blackhole' ? 15 : 8 };
  }));
}

const laidOut = (faults: readonly Lasting[], begin: number, rest: number): readonly Planned[] => {
  let at = begin;
  return faults.map(({ fault, lasts }) => {
    const planned = { at: rounded(at), fault };
    at += lasts + rest;
    return planned;
  });
};

interface Window {
  readonly begin: number;
  readonly middle: number;
}

const spread = (faults: readonly FaultSpec[], { begin, middle }: Window): readonly Planned[] =>
  faults.map((fault, index) => ({ at: rounded(begin + index * middle / faults.length), fault }));

const ZOMBIE_SECONDS = 30;
/** A second member joins so long before, and leaves so long after. */
const ZOMBIE_AROUND = 12;

function zombiesOf({ zombies }: Figures, { one }: Dice, { begin, middle }: Window): readonly Planned[] {
  const room = ZOMBIE_SECONDS + 2 * ZOMBIE_AROUND;
  const count = Math.min(zombies, Math.max(1, Math.floor(middle / room)));
  return Array.from({ length: count }, (_, index) => ({
    at: rounded(begin + index * middle / count),
    fault: { kind: 'zombie', service: one(['order-orchestrator', 'pricing', 'credit', 'inventory', 'logistics', 'erp-adapter']), seconds: ZOMBIE_SECONDS },
  }));
}

/** Every crash point once, behind a kill of its service: the process that comes back ends there. */
function kills({ kills: count }: Figures, { chance, one, shuffled }: Dice, { begin, middle }: Window): readonly Planned[] {
  const withPoints = crashPoints.filter(({ name }) => name !== TIMERS_POINT).map(({ name, service, isSeldom }): Kill => (
    { kind: 'kill', service, point: `${name}#${isSeldom ? 1 : 1 + Math.floor(chance() * 3)}` }));
  const others = Array.from({ length: Math.max(0, count - withPoints.length) }, (): Kill => ({ kind: 'kill', service: one(serviceNames) }));
  // what one of the two leaves behind is what the other takes up
  const mixed = shuffled([...withPoints.filter((fault) => !isPaired(fault)), ...others]);
  const ordered = [...mixed.slice(0, 2), ...withPoints.filter(isPaired), ...mixed.slice(2)].slice(0, count);
  return ordered.map((fault, index) => ({ at: rounded(begin + index * (middle - 10) / ordered.length), fault }));
}

type Kill = Extract<FaultSpec, { readonly kind: 'kill' }>;

const isPaired = ({ point = '' }: Kill): boolean => point.startsWith('before-publish') || point.startsWith('outbox-swept');

function members({ members: count }: Figures, { one }: Dice): readonly FaultSpec[] {
  return Array.from({ length: count }, (_, index) => ({ kind: 'member', service: one(multiple), leaves: index % 2 === 0 ? 'SIGTERM' : 'SIGKILL', seconds: 9 }));
}

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;
