import { milliseconds, rateOver, seconds, type Clock, type Duration, type Instant, type Rate } from '@order-mesh/kernel';
import type { Congestion, Full, Metrics } from '@order-mesh/platform';
import { gatewayMeasures } from '../measures.ts';

export interface AdmissionOptions {
  /** Requests for an order that are being read, waiting or answered, at most. */
  readonly mostOpen: number;
  /** Bytes of their bodies, at most. */
  readonly mostOpenBytes: number;
  readonly congestion: Pick<Congestion, 'now'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** The place an order takes up here: free again when everybody who held it has let it go. */
export interface Ticket {
  hold(): void;
  letGo(): void;
}

export type Admitted =
  | { readonly type: 'admitted'; readonly ticket: Ticket }
  | { readonly type: 'refused'; readonly why: string; readonly retryAfterSeconds: number };

/** Lets an order in while there is room for it; decided before its body is read. */
export type Admit = (bytes: number) => Admitted;

const LONGEST_WAIT = seconds(60);
/** Nobody waits longer for a crowded door: a pace measured too low would leave it idle, and to be refused once more costs little. */
const LONGEST_WAIT_AT_THE_DOOR = seconds(10);
const MEASURED_AFTER = seconds(3);

/**
 * Opens the door for orders. Whoever is refused is told when to come again: one after the other at the pace at which orders are worked off at the
 * moment, so that they find room and do not all come at once.
 */
export function openAdmission({ mostOpen, mostOpenBytes, congestion, clock, metrics }: AdmissionOptions): Admit {
  const open = { requests: 0, bytes: 0 };
  const pace = paceOf(mostOpen);
  let nextTurn: Instant = 0;
  metrics.watched(gatewayMeasures.openOrders, () => open.requests, {});
  metrics.watched(gatewayMeasures.openBytes, () => open.bytes, {});

  const ticketFor = (bytes: number): Ticket => {
    open.requests += 1;
    open.bytes += bytes;
    pace.entered(open.requests, clock.now());
    return ticket(() => {
      open.requests -= 1;
      open.bytes -= bytes;
      pace.left(open.requests, clock.now());
    });
  };
  const refuse = ({ reason: why, freeIn, perSecond }: Full, longest: Duration): Admitted => {
    const now = clock.now();
    nextTurn = Math.min(Math.max(nextTurn + 1_000 / perSecond, now + freeIn), now + longest);
    return { type: 'refused', why, retryAfterSeconds: Math.max(1, Math.ceil((nextTurn - now) / 1_000)) };
  };
  /** Half of those inside are through by then: whoever comes then finds room, and the door is never idle. */
  const crowded = (what: string): Full => {
    const perSecond = pace.perSecond(clock.now());
    return { reason: `${what} are being taken, about ${Math.round(perSecond)} a second`, perSecond, freeIn: milliseconds((open.requests * 500) / perSecond) };
  };
  return (bytes) => {
    const full = congestion.now();
    if (full) return refuse(full, LONGEST_WAIT);
    if (open.requests >= mostOpen) return refuse(crowded(`${open.requests} orders`), LONGEST_WAIT_AT_THE_DOOR);
    if (open.bytes + bytes > mostOpenBytes && open.requests > 0) return refuse(crowded(`orders of ${Math.round(open.bytes / 1_000_000)} MB`), LONGEST_WAIT_AT_THE_DOOR);
    return { type: 'admitted', ticket: ticketFor(bytes) };
  };
}

interface Pace {
  entered(open: number, now: Instant): void;
  left(open: number, now: Instant): void;
  /** How many a second can get through: measured while the door is at least half full, for at other times it only shows how few come. */
  perSecond(now: Instant): number;
}

function paceOf(mostOpen: number): Pace {
  // an optimist is corrected within seconds, a pessimist would leave the door idle
  let known = Math.max(1, mostOpen / 2);
  let busy: { readonly since: Instant; readonly done: Rate } | null = null;
  const look = (now: Instant): void => {
    if (busy && now - busy.since >= MEASURED_AFTER) known = Math.max(1, busy.done.perSecond(now));
  };
  return {
    entered(open, now) {
      if (open * 2 >= mostOpen) busy ??= { since: now, done: rateOver(seconds(10)) };
    },
    left(open, now) {
      busy?.done.add(1, now);
      look(now);
      if (open * 2 < mostOpen) busy = null;
    },
    perSecond(now) {
      look(now);
      return known;
    },
  };
}

function ticket(free: () => void): Ticket {
  let holders = 1;
  return {
    hold: () => { holders += 1; },
    letGo: () => {
      holders -= 1;
      if (holders === 0) free();
    },
  };
}
