import type { FaultSpec } from '../plan/spec.ts';
import type { Submitted } from '../load/book.ts';
import type { End } from '../stage/service.ts';
import type { Progress } from './progress.ts';

/** A fault as it happened. */
export interface Happened {
  readonly spec: FaultSpec;
  readonly from: number;
  /** When healing began. */
  readonly healing: number;
  /** When all was in place again. */
  readonly to: number;
  /** What shows that it really happened; null when it did not. */
  readonly evidence: string | null;
  /** Why it was left out. */
  readonly skipped?: string;
}

/** How long the mesh took after one fault; null when another one began before it had recovered, or nothing came to show it. */
export interface Recovery {
  readonly kind: RecoveryKind;
  readonly ms: number | null;
  /** What it was about: the service and its crash point, the link, the way of stopping. */
  readonly about: string;
}

export const recoveryKinds = ['service killed', 'broker killed', 'broker away for 60 s', 'PostgreSQL restarted', 'PostgreSQL frozen', 'network', 'disk full'] as const;
export type RecoveryKind = (typeof recoveryKinds)[number];

/** These do not carry an order to its end: they have recovered when they take messages again. */
const besideTheWay = new Set(['finance', 'crm-adapter', 'gateway', 'audit']);
/** Asked so seldom that the time until it took a message is the time until there was one. */
const seldomAsked = new Set(['approvals', 'rules']);
const isOwn = (service: string): boolean => onTheWay.includes(service) || besideTheWay.has(service);

/** Without an answer of these no order is confirmed. */
const partnersOnTheWay = new Set(['u8', 'esign', 'carrier']);
const swallowing = new Set(['blackhole', 'one-way']);

type Seen = Pick<Progress, 'after' | 'idleAfter' | 'readyAfter'>;

export interface Evidence {
  readonly happened: readonly Happened[];
  readonly orders: readonly Submitted[];
  readonly progress: Seen;
}

/** These carry an order to its end. */
const onTheWay = ['order-orchestrator', 'pricing', 'credit', 'inventory', 'contract', 'logistics', 'erp-adapter'];

/**
 * From the end of a process that was killed, or killed itself at a crash point, until its service takes messages again, or is ready where there are none; from the end of a fault of a server until every service on the
 * way of an order does, the last one counts, those apart that were down by themselves. Of two ends with nothing done in between the second counts.
 */
export function resumptionsOf({ happened, ends, progress }: Omit<Evidence, 'orders'> & { readonly ends: readonly Pick<End, 'service' | 'at' | 'how' | 'point'>[] }): readonly Recovery[] {
  const killed = ends.filter(({ how }) => how.includes('SIGKILL')).flatMap(({ service, at, point }): readonly Over[] => {
    const about = point === undefined ? service : `${service} at ${point}`;
    if (seldomAsked.has(service)) return [{ kind: 'service killed', about, over: at, until: null }];
    const until = backAt(service, at, progress);
    const again = ends.some((other) => other.service === service && other.at > at && other.at < (until ?? Infinity));
    return again || !isOwn(service) ? [] : [{ kind: 'service killed', about, over: at, until }];
  });
  // killed before or meanwhile, and not back: that is another trouble
  const wasDown = (service: string, over: number): boolean => {
    const until = backAt(service, over, progress) ?? Infinity;
    return ends.some((end) => end.service === service && end.at < until && (backAt(service, end.at, progress) ?? Infinity) > over);
  };
  const others = real(happened).flatMap((one): readonly Over[] => {
    const kind = kindOf(one.spec);
    if (kind === undefined || kind === 'service killed' || kind === 'network') return [];
    const over = endOf(one);
    const back = stoppedBy(one.spec).filter((service) => !wasDown(service, over)).map((service) => ({ service, until: resumedAt(one.spec, service, over, progress) }));
    const last = back.sort((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity)).at(-1);
    return last === undefined ? [] : [{ kind, about: `${aboutOf(one.spec)}, ${last.service} last`, over, until: last.until, by: one }];
  });
  return measured(happened, [...killed, ...others]);
}

/** Whether what this fault had stopped takes messages again. */
export function goesOn(fault: Happened, progress: Seen): boolean {
  return stoppedBy(fault.spec).every((service) => seldomAsked.has(service) || resumedAt(fault.spec, service, endOf(fault), progress) !== null);
}

/** After a server's trouble, whoever has nothing to take goes on, too; a process that was killed has to be there, one that stood still to show it. */
function resumedAt({ kind }: FaultSpec, service: string, over: number, progress: Seen): number | null {
  if (kind === 'kill') return backAt(service, over, progress);
  return earlier(progress.after(service, over), kind === 'zombie' ? null : progress.idleAfter(service, over));
}

/** When a process that ended has a successor that takes messages, or is ready and finds none. */
const backAt = (service: string, end: number, progress: Seen): number | null => earlier(progress.after(service, end), progress.readyAfter(service, end));

const earlier = (one: number | null, other: number | null): number | null => (one === null || other === null ? one ?? other : Math.min(one, other));

/** From the end of a fault until the first order submitted after it was confirmed, all other troubles of the moment and all orders that waited before it included. */
export function recoveriesOf({ happened, orders, progress }: Evidence): readonly Recovery[] {
  return measured(happened, real(happened).flatMap((one): readonly Over[] => {
    const kind = kindOf(one.spec);
    if (kind === undefined) return [];
    const over = endOf(one);
    if (one.spec.kind !== 'kill') return [{ kind, about: aboutOf(one.spec), over, until: firstConfirmedAfter(orders, over), by: one }];
    const { service } = one.spec;
    if (seldomAsked.has(service)) return [{ kind, about: service, over, until: null, by: one }];
    return [{ kind, about: aboutOf(one.spec), over, until: besideTheWay.has(service) ? progress.after(service, over) : firstConfirmedAfter(orders, over), by: one }];
  }));
}

const stoppedBy = (spec: FaultSpec): readonly string[] => (spec.kind === 'kill' || spec.kind === 'zombie' ? [spec.service] : onTheWay);

/** What is over, and when it had been recovered from. */
interface Over {
  readonly kind: RecoveryKind;
  readonly about: string;
  readonly over: number;
  readonly until: number | null;
  readonly by?: Happened;
}

const real = (happened: readonly Happened[]): readonly Happened[] => happened.filter(({ evidence }) => evidence !== null);

/** What meets a fault that stops everything (broker, PostgreSQL, their network, a partner on the way who hears or answers nothing) is not measured: it would be the other's time. */
function measured(happened: readonly Happened[], all: readonly Over[]): readonly Recovery[] {
  const stopping = real(happened).filter(({ spec }) => stopsEverything(spec));
  return all.map(({ kind, about, over, until, by }) => {
    const isOverlapped = stopping.some((other) => other !== by && other.from < (until ?? Infinity) && other.to > (by?.from ?? over));
    return { kind, ms: isOverlapped || until === null ? null : until - over, about };
  });
}

function aboutOf(spec: FaultSpec): string {
  switch (spec.kind) {
    case 'kill': return spec.point === undefined ? spec.service : `${spec.service} at ${spec.point}`;
    case 'postgres': return spec.how;
    case 'network': return spec.link;
    default: return spec.kind;
  }
}

/** What is killed is measured from the kill, its return included; what was away or in the way for a time from the end of that time. */
function endOf({ spec, from, healing, to }: Happened): number {
  if (spec.kind === 'kill' || spec.kind === 'broker-kill') return from;
  if (spec.kind === 'postgres') return spec.how === 'freeze' ? healing : from;
  return spec.kind === 'broker-outage' ? to : healing;
}

function firstConfirmedAfter(orders: readonly Submitted[], moment: number): number | null {
  const ends = orders.flatMap(({ submittedAt, endedAt, status }) => (submittedAt >= moment && endedAt !== null && status === 'confirmed' ? [endedAt] : []));
  return ends.length === 0 ? null : Math.min(...ends);
}

function stopsEverything(spec: FaultSpec): boolean {
  if (spec.kind !== 'network') return ['broker-kill', 'broker-outage', 'postgres', 'disk-full'].includes(spec.kind);
  return spec.link === 'kafka' || spec.link === 'postgres' || (partnersOnTheWay.has(spec.link) && swallowing.has(spec.weather));
}

/** None for a service that stood still: another one does its work meanwhile, and what counts is that its own writes are refused. */
function kindOf(spec: FaultSpec): RecoveryKind | undefined {
  switch (spec.kind) {
    case 'kill': return 'service killed';
    case 'broker-kill': return 'broker killed';
    case 'broker-outage': return 'broker away for 60 s';
    case 'postgres': return spec.how === 'freeze' ? 'PostgreSQL frozen' : 'PostgreSQL restarted';
    case 'network': return 'network';
    case 'disk-full': return 'disk full';
    default: return undefined;
  }
}
