import type { Instant } from '@order-mesh/kernel';
import { BEGUN, type Acceptance } from './call.ts';
import type { CallLedger, CallUpdate, ClaimedCall, Look, NewCall, Standing } from './ledger.ts';
import { inTurns, type Waiting } from './turns.ts';

interface Kept {
  readonly call: NewCall;
  readonly status: 'asked' | 'sent' | 'unknown' | 'answered' | 'refused' | 'failed' | 'withdrawn';
  readonly attempts: number;
  readonly nextAt: Instant;
  readonly claimedBy: string | undefined;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly accepted?: Acceptance | undefined;
}

/** Keeps calls in this process, for tests and simulation. Knows no rollback. */
export function memoryCallLedger(): CallLedger {
  const rows = new Map<string, Kept>();
  const throttled = new Map<string, Instant>();
  let standing: Standing | null = null;
  const change = (row: Kept, by: Partial<Kept>) => void rows.set(row.call.key, { ...row, ...by });
  const heldBy = (key: string, by: string) => {
    const row = rows.get(key);
    return row?.status === 'sent' && row.claimedBy === by ? row : undefined;
  };
  return {
    async add(_tx, calls, now) {
      const added = calls.filter((call) => isFree(rows.get(call.key), call));
      for (const call of added) rows.set(call.key, fresh(call, now));
      return added.map(({ key }) => key);
    },
    async claim(_tx, request) {
      const { now, lease } = request;
      const taken = inTurns([...rows.values()].filter((row) => isDue(row, now) && (!request.onlyGivenUp || row.call.giveUpAt <= now)), request, waitingOf);
      for (const row of taken) change(row, { call: begun(row.call), status: 'sent', claimedBy: lease.by, nextAt: lease.until, updatedAt: now });
      return taken.map(claimed);
    },
    async save(_tx, updates, { by, now }) {
      const held = updates.flatMap((update) => {
        const row = heldBy(update.key, by);
        return row ? [{ row, update }] : [];
      });
      for (const { row, update } of held) change(row, { ...written(row, update), claimedBy: undefined, attempts: update.attempts, updatedAt: now });
      return held.map(({ update }) => update.key);
    },
    async renew(_tx, keys, { by, until }) {
      for (const key of keys) {
        const row = heldBy(key, by);
        if (row) change(row, { nextAt: until });
      }
    },
    async withdraw(_tx, keys, now) {
      const asked = keys.flatMap((key) => [rows.get(key)].filter((row) => row?.status === 'asked')).filter((row) => row !== undefined);
      for (const row of asked) change(row, { status: 'withdrawn', updatedAt: now });
      return asked.map(({ call }) => call.key);
    },
    async forget(_tx, settledBefore) {
      for (const [ledger, until] of throttled) if (until < settledBefore) throttled.delete(ledger);
      for (const [key, row] of rows) if (!isOpen(row) && row.updatedAt < settledBefore) rows.delete(key);
    },
    async throttle(_tx, throttles) {
      for (const { ledger, until } of throttles) throttled.set(ledger, Math.max(until, throttled.get(ledger) ?? 0));
    },
    look: async (atMost, now) => ({ waiting: Math.min(atMost, [...rows.values()].filter(isOpen).length), standing, throttled: stillThrottled(throttled, now) }),
    async register(_tx, now) {
      standing ??= { state: 'well', since: now, pausedBy: null };
    },
    async change(_tx, { state, at }) {
      if (!standing || standing.state === state) return false;
      standing = { ...standing, state, since: at };
      return true;
    },
    anyDue: async (now) => [...rows.values()].some((row) => isDue(row, now)),
  };
}

function stillThrottled(throttled: ReadonlyMap<string, Instant>, now: Instant): Look['throttled'] {
  return [...throttled].flatMap(([ledger, until]) => (until > now ? [{ ledger, until }] : []));
}

function isFree(row: Kept | undefined, call: NewCall): boolean {
  return row === undefined || (call.repeatable && !isOpen(row));
}

function fresh(call: NewCall, now: Instant): Kept {
  const { lease } = call;
  return { call: lease ? begun(call) : call, status: lease ? 'sent' : 'asked', attempts: 0, nextAt: lease?.until ?? now, claimedBy: lease?.by, createdAt: now, updatedAt: now };
}

const begun = (call: NewCall): NewCall => ({ ...call, priority: Math.max(call.priority, BEGUN) });

function isOpen({ status }: Kept): boolean {
  return status === 'asked' || status === 'sent' || status === 'unknown';
}

function isDue(row: Kept, now: Instant): boolean {
  return isOpen(row) && row.nextAt <= now;
}

const waitingOf = ({ call: { ledger, customer = '', priority }, nextAt }: Kept): Waiting => ({ ledger, customer, priority, nextAt });

function claimed({ call, status, attempts, createdAt, accepted }: Kept): ClaimedCall {
  const { lease: _lease, repeatable: _repeatable, priority: _priority, ...asked } = call;
  return { ...asked, attempts, askedAt: createdAt, known: status === 'asked' ? 'not-done' : 'unknown', ...(accepted && { accepted }) };
}

function written(row: Kept, update: CallUpdate): Pick<Kept, 'status' | 'nextAt' | 'accepted'> {
  if (update.type === 'settled') return { status: update.outcome.type, nextAt: row.nextAt };
  return { status: update.known === 'unknown' ? 'unknown' : 'asked', nextAt: update.nextAt, accepted: update.accepted };
}
