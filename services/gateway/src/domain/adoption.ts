import type { Instant } from '@order-mesh/kernel';

/** Somebody of the directory, as far as it says where they work. */
export interface Colleague {
  readonly names: readonly string[];
  /** Sales regions; empty: every one. */
  readonly regions: readonly string[];
  readonly roles: readonly string[];
}

/** What counts as whose change. */
export interface WhoIsWho {
  /** Null where there is no directory: then nobody is known to be of the business. */
  readonly people: readonly Colleague[] | null;
  /** Roles of those who work in IT; whoever has any other one is of the business. */
  readonly itRoles: readonly string[];
}

/** What became of a change, and when. */
export interface ChangeFacts {
  readonly author: string;
  readonly kind: 'proposal' | 'rollback';
  readonly askedAt: Instant;
  readonly liveAt: Instant | null;
  readonly rejectedAt: Instant | null;
  readonly refusedAt: Instant | null;
}

export interface Counts {
  readonly asked: number;
  readonly live: number;
  readonly liveByBusiness: number;
  readonly liveByIt: number;
  /** Of authors who are not in the directory. */
  readonly liveByUnknown: number;
  readonly rollbacks: number;
  readonly rejected: number;
  readonly refused: number;
}

/** How far the business changes its rules itself. */
export interface Adoption extends Counts {
  /** Of the changes that went live, 0 to 1, those whose author is of the business; an author nobody knows counts against it. Null where none went live, or there is no directory. */
  readonly businessShare: number | null;
  /** From asked for to live, in seconds, over proposals that went live. Null where there are none. */
  readonly leadTime: { readonly changes: number; readonly medianSeconds: number; readonly p90Seconds: number } | null;
  readonly months: readonly (Counts & { readonly month: string })[];
  /** Those to be added to the directory, at most 20. */
  readonly unknownAuthors: readonly string[];
}

/** A calendar month in Beijing, such as 2026-06. */
export const monthOf = (at: Instant): string => new Date(at + BEIJING_MS).toISOString().slice(0, 7);

/** The months up to that of `now`, the last one included. */
export function monthsUntil(now: Instant, count: number): readonly string[] {
  const [year = 0, month = 1] = monthOf(now).split('-').map(Number);
  return Array.from({ length: count }, (_, at) => new Date(Date.UTC(year, month - 1 - (count - 1 - at), 1)).toISOString().slice(0, 7));
}

/** When a month begins in Beijing. */
export const beginningOf = (month: string): Instant => Date.parse(`${month}-01T00:00:00Z`) - BEIJING_MS;

const BEIJING_MS = 8 * 3_600_000;
const MOST_UNKNOWN = 20;

/** Counts what happened to changes in these months, each thing in the month in which it happened. */
export function adoptionOf(changes: readonly ChangeFacts[], months: readonly string[], who: WhoIsWho): Adoption {
  const byMonth = months.map((month) => ({ month, ...countsOf(changes, (at) => at !== null && monthOf(at) === month, who) }));
  const counts = countsOf(changes, (at) => at !== null && months.includes(monthOf(at)), who);
  const live = changes.filter(({ liveAt }) => liveAt !== null && months.includes(monthOf(liveAt)));
  const unknown = live.filter(({ author }) => sideOf(author, who) === 'unknown').map(({ author }) => author);
  return {
    ...counts, businessShare: who.people === null || counts.live === 0 ? null : counts.liveByBusiness / counts.live, leadTime: leadTimeOf(live), months: byMonth,
    unknownAuthors: [...new Set(unknown)].slice(0, MOST_UNKNOWN),
  };
}

function countsOf(changes: readonly ChangeFacts[], isIn: (at: Instant | null) => boolean, who: WhoIsWho): Counts {
  const live = changes.filter(({ liveAt }) => isIn(liveAt));
  const by = (side: Side): number => live.filter(({ author }) => sideOf(author, who) === side).length;
  const count = (moment: (change: ChangeFacts) => Instant | null): number => changes.filter((change) => isIn(moment(change))).length;
  return {
    asked: count(({ askedAt }) => askedAt), live: live.length, liveByBusiness: by('business'), liveByIt: by('it'), liveByUnknown: by('unknown'),
    rollbacks: live.filter(({ kind }) => kind === 'rollback').length, rejected: count(({ rejectedAt }) => rejectedAt), refused: count(({ refusedAt }) => refusedAt),
  };
}

type Side = 'business' | 'it' | 'unknown';

/** Of the business is whoever the directory gives a role that is none of IT's. */
export function sideOf(author: string, { people, itRoles }: WhoIsWho): Side {
  const wanted = nameOf(author);
  const known = people?.find(({ names }) => names.some((name) => nameOf(name) === wanted));
  if (!known) return 'unknown';
  return known.roles.some((role) => !itRoles.includes(role)) ? 'business' : 'it';
}

/** A name as people type it. */
const nameOf = (name: string): string => name.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim().toLowerCase();

/** A rollback is in force at once, so it says nothing about how long a change takes. */
function leadTimeOf(live: readonly ChangeFacts[]): Adoption['leadTime'] {
  const seconds = live.filter(({ kind }) => kind === 'proposal').map(({ askedAt, liveAt }) => Math.max(0, Math.round(((liveAt ?? askedAt) - askedAt) / 1_000))).sort((one, other) => one - other);
  if (seconds.length === 0) return null;
  const rank = (part: number): number => seconds[Math.max(0, Math.ceil(seconds.length * part) - 1)] ?? 0;
  return { changes: seconds.length, medianSeconds: rank(0.5), p90Seconds: rank(0.9) };
}
