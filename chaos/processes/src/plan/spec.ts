/** One fault of a plan, as plain data: what the seed decides is all in here. */
export type FaultSpec =
  | { readonly kind: 'kill'; readonly service: string; readonly point?: string }
  | { readonly kind: 'broker-kill'; readonly seconds: number }
  /** With a crash point of the orchestrator that it reaches meanwhile. */
  | { readonly kind: 'broker-outage'; readonly seconds: number; readonly point: string }
  | { readonly kind: 'postgres'; readonly how: 'kill' | 'immediate stop' | 'freeze'; readonly seconds: number }
  | { readonly kind: 'network'; readonly link: string; readonly weather: WeatherName; readonly seconds: number }
  | { readonly kind: 'member'; readonly service: string; readonly leaves: 'SIGTERM' | 'SIGKILL'; readonly seconds: number }
  | { readonly kind: 'zombie'; readonly service: string; readonly seconds: number }
  | { readonly kind: 'disk-full'; readonly server: 'postgres' | 'kafka'; readonly seconds: number }
  | { readonly kind: 'poison'; readonly count: number; readonly seconds: number }
  | { readonly kind: 'race'; readonly orders: number; readonly fits: number }
  | { readonly kind: 'spike'; readonly times: number; readonly seconds: number }
  | { readonly kind: 'partners'; readonly share: number; readonly seconds: number };

export type FaultKind = FaultSpec['kind'];
export const faultKinds: readonly FaultKind[] = ['race', 'poison', 'partners', 'kill', 'broker-kill', 'broker-outage', 'postgres', 'network', 'member', 'zombie', 'spike', 'disk-full'];

export type WeatherName = 'latency' | 'resets' | 'blackhole' | 'one-way' | 'slices';
export const weatherNames: readonly WeatherName[] = ['latency', 'resets', 'blackhole', 'one-way', 'slices'];

/** A fault and when it begins, in seconds from the start of the run. */
export interface Planned {
  readonly at: number;
  readonly fault: FaultSpec;
}

/** What a run is made of. The opening is over before the lanes begin. Faults of one lane come one after the other; lanes overlap. */
export interface Plan {
  readonly seed: number;
  readonly seconds: number;
  readonly orders: number;
  /** Orders a second while nothing else is planned. */
  readonly ratePerSecond: number;
  /** Of the orders, those placed in the CRM. */
  readonly crmOrders: number;
  readonly opening: readonly Planned[];
  readonly openingSeconds: number;
  readonly lanes: readonly (readonly Planned[])[];
}

/** How much of everything. */
export interface Figures {
  readonly orders: number;
  readonly crmOrders: number;
  readonly kills: number;
  readonly brokerKills: number;
  readonly outages: number;
  readonly postgres: number;
  readonly network: number;
  /** Members that join and leave: two changes each. */
  readonly members: number;
  readonly zombies: number;
  readonly poison: number;
  readonly spikes: number;
  /** Of each server. */
  readonly disksFull: number;
  /** Of the least length there is room for all; 0 where the faults decide. */
  readonly seconds: number;
}

/** Sized for two cores and eight minutes. */
export const t1: Figures = {
  orders: 2_000, crmOrders: 100, kills: 40, brokerKills: 2, outages: 1, postgres: 6, network: 8, members: 4, zombies: 1, poison: 200, spikes: 1, disksFull: 1, seconds: 0,
};

/** Sized for two hours; a shorter soak gets its share of it. */
const t2: Figures = {
  orders: 50_000, crmOrders: 2_500, kills: 1_000, brokerKills: 30, outages: 8, postgres: 120, network: 200, members: 100, zombies: 50, poison: 5_000, spikes: 24, disksFull: 5, seconds: 7_200,
};

/** The share of the two-hour soak that so many minutes are. */
export function soakOf(minutes: number): Figures {
  const share = minutes / 120;
  const scaled = (count: number): number => Math.max(1, Math.round(count * share));
  return {
    orders: scaled(t2.orders), crmOrders: scaled(t2.crmOrders), kills: scaled(t2.kills), brokerKills: scaled(t2.brokerKills), outages: scaled(t2.outages),
    postgres: scaled(t2.postgres), network: scaled(t2.network), members: scaled(t2.members), zombies: scaled(t2.zombies), poison: scaled(t2.poison),
    spikes: scaled(t2.spikes), disksFull: scaled(t2.disksFull), seconds: Math.round(minutes * 60),
  };
}

/** All faults of a plan, in the order of their planned moments. */
export const faultsOf = ({ opening, lanes }: Plan): readonly Planned[] => [...opening, ...lanes.flat()].sort((one, other) => one.at - other.at);
