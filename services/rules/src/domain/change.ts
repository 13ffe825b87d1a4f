import type { DecideRules, MessageOf, ProposeRules, RollBackRules } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { ReadSet, Refusal } from './check.ts';
import type { Release } from './release.ts';

/** What somebody wanted to have changed, and what became of it. */
export type Change = RefusedChange | ProposedChange | DecidedChange | RolledBack;

interface Wish {
  readonly point: string;
  readonly changeId: string;
  readonly author: string;
  readonly reason: string;
  readonly askedAt: Instant;
}

/** Never came before a second person. */
export interface RefusedChange extends Wish {
  readonly kind: 'proposal' | 'rollback';
  readonly status: 'refused';
  readonly refusal: Refusal;
}

interface Proposal extends Wish {
  readonly kind: 'proposal';
  readonly basedOn: string;
  readonly hash: string;
  readonly content: string;
  /** As JSON. */
  readonly findings: string;
}

/** Waits for a second person. */
export interface ProposedChange extends Proposal {
  readonly status: 'proposed';
}

/** A second person has decided; the version is what came of it. */
export type DecidedChange = Proposal & Decision & ({ readonly status: 'rejected' } | { readonly status: 'published'; readonly version: number });

interface Decision {
  readonly decidedBy: string;
  readonly comment: string;
  readonly decidedAt: Instant;
}

/** Rules that were released before are in force again. */
export interface RolledBack extends Wish {
  readonly kind: 'rollback';
  readonly status: 'published';
  readonly version: number;
}

/** What is known of a decision point: what is in force, and the changes at hand. */
export interface PointFile {
  readonly point: string;
  readonly live: Release;
  readonly changes: readonly Change[];
}

export type Outcome =
  | { readonly ok: true; readonly change: Change; readonly release: Release | null }
  | { readonly ok: false; readonly refusal: Refusal };

/** Whether a set may replace what is in force, by what it was written against. */
export function whyNotOn({ live }: PointFile, { hash }: Pick<ReadSet, 'hash'>, basedOn: string): Refusal | null {
  if (hash === live.hash) return { reason: 'same', detail: `these rules are in force already, as version ${live.version}` };
  return basedOn === live.hash ? null : outdated(live);
}

/** Puts a set before a second person. */
export const proposed = ({ point, changeId, basedOn, author, reason, at }: ProposeRules, { hash, content }: ReadSet, findings: string): ProposedChange =>
  ({ point, changeId, kind: 'proposal', status: 'proposed', basedOn, hash, content, author, reason, findings, askedAt: at });

/** Takes the decision of a second person; what is approved is in force from `now` on. */
export function decideChange({ live, changes }: PointFile, { changeId, decision, decidedBy, comment, at }: DecideRules, now: Instant): Outcome {
  const change = changes.find((one) => one.changeId === changeId);
  if (!change) return refuse('unknown-change', 'there is no such change');
  if (change.status !== 'proposed') return refuse('decided', `the change was ${change.status} before`);
  if (decision !== 'approved' && decision !== 'refused') return refuse('unknown-decision', `a decision is approved or refused, got ${decision.slice(0, 40)}`);
  if (isSamePerson(decidedBy, change.author)) return refuse('own-change', `${decidedBy} wrote the change; another person has to decide`);
  const decided = { decidedBy, comment, decidedAt: at };
  if (decision === 'refused') return { ok: true, change: { ...change, ...decided, status: 'rejected' }, release: null };
  if (change.basedOn !== live.hash) return { ok: false, refusal: outdated(live) };
  const { point, hash, content, author, reason } = change;
  const version = live.version + 1;
  return {
    ok: true, change: { ...change, ...decided, status: 'published', version },
    release: { point, version, hash, content, changeId, author, approvedBy: decidedBy, reason, at: now },
  };
}

/** Puts a release of before in force again, from `now` on. */
export function rollBack({ live }: PointFile, { point, changeId, author, reason, at }: RollBackRules, { earlier, now }: { readonly earlier: ReadSet; readonly now: Instant }): Outcome {
  if (earlier.hash === live.hash) return refuse('same', `these rules are in force already, as version ${live.version}`);
  const version = live.version + 1;
  return {
    ok: true, change: { point, changeId, kind: 'rollback', status: 'published', author, reason, askedAt: at, version },
    release: { point, version, hash: earlier.hash, content: earlier.content, changeId, author, approvedBy: null, reason, at: now },
  };
}

/** The file with a change put in the place of its former state, and what was released in force. */
export const withChange = (file: PointFile, change: Change, release: Release | null): PointFile =>
  ({ ...file, live: release ?? file.live, changes: [...file.changes.filter(({ changeId }) => changeId !== change.changeId), change] });

/** What whoever asked for this change is told, however often they ask. */
export function answerOf(change: Change, live: Release, now: Instant): MessageOf<'RulesProposed'> | MessageOf<'RulesPublished'> | MessageOf<'RulesChangeRefused'> {
  if (change.status === 'refused') return refusalOf(change, change.refusal, { by: change.author, at: now });
  const { point, changeId, author, reason } = change;
  if (change.kind === 'proposal') {
    const { basedOn, hash, content, findings, askedAt } = change;
    return { type: 'RulesProposed', value: { point, changeId, basedOn, hash, content, author, reason, findings, at: askedAt } };
  }
  // told again after another one, it would pass for the newest
  if (live.version === change.version) return { type: 'RulesPublished', value: live };
  return refusalOf(change, { reason: 'decided', detail: `it was published as version ${change.version}; version ${live.version} is in force since` }, { by: author, at: now });
}

export const refusalOf = ({ point, changeId }: Pick<Wish, 'point' | 'changeId'>, { reason, detail }: Refusal, { by, at }: { readonly by: string; readonly at: Instant }): MessageOf<'RulesChangeRefused'> =>
  ({ type: 'RulesChangeRefused', value: { point, changeId, reason, detail, by, at } });

const outdated = ({ version, hash }: Release): Refusal => ({ reason: 'outdated', detail: `version ${version} (${hash}) is in force meanwhile; look at it and propose the change anew` });

const refuse = (reason: Refusal['reason'], detail: string): Outcome => ({ ok: false, refusal: { reason, detail } });

/** Whether two names are one person's, however they are typed. */
export const isSamePerson = (one: string, other: string): boolean => nameOf(one) === nameOf(other);

const nameOf = (name: string): string => name.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim().toLowerCase();
