import type { DecideRules, MessageOf, RulesChangeRefused, RulesDecided, RulesProposed, RulesPublished } from '@order-mesh/contracts';
import { never, type Instant } from '@order-mesh/kernel';
import type { ChangeFacts } from './adoption.ts';
import { printable } from './mask.ts';
import { utc } from './order-item.ts';
import { earliest, latest, sane, type Stamp } from './stamp.ts';
import type { Json } from './timeline.ts';

export const ruleChangeStatuses = ['asked', 'proposed', 'approved', 'refused', 'rejected'] as const;
export type RuleChangeStatus = (typeof ruleChangeStatuses)[number];

/** A change that was asked for here. */
export interface AskedChange {
  readonly kind: 'proposal' | 'rollback';
  readonly author: string;
  readonly reason: string;
  readonly at: Instant;
  readonly basedOn: string | null;
  /** Which release is to be in force again. */
  readonly toVersion: number | null;
}

/** What is known of a change, a register a fact: the same in whatever order it is heard. */
export interface ChangeView {
  readonly point: string;
  readonly changeId: string;
  readonly asked: AskedChange | null;
  readonly proposed: Omit<RulesProposed, 'content' | 'point' | 'changeId'> | null;
  readonly decided: Pick<RulesDecided, 'decision' | 'decidedBy' | 'comment' | 'at'> | null;
  readonly published: Pick<RulesPublished, 'version' | 'hash' | 'author' | 'approvedBy' | 'reason' | 'at'> | null;
  readonly firstRefusal: RefusalFact | null;
  readonly lastRefusal: RefusalFact | null;
  readonly content: string | null;
}

interface RefusalFact extends Stamp {
  readonly reason: string;
  readonly detail: string;
  readonly by: string;
}

export type AboutChange = MessageOf<'RulesProposed'> | MessageOf<'RulesDecided'> | MessageOf<'RulesChangeRefused'> | MessageOf<'RulesPublished'>;

/** A change nothing is known of. */
export const unknownChange = (point: string, changeId: string): ChangeView =>
  ({ point, changeId, asked: null, proposed: null, decided: null, published: null, firstRefusal: null, lastRefusal: null, content: null });

/** What is known after a message. */
export function projectChange(view: ChangeView, message: AboutChange): ChangeView {
  switch (message.type) {
    case 'RulesProposed': {
      const { basedOn, hash, author, reason, findings, at, content } = message.value;
      return { ...view, content: printable(content), proposed: { basedOn, hash, author: printable(author), reason: printable(reason), findings, at: sane(at) } };
    }
    case 'RulesDecided': {
      const { decision, decidedBy, comment, at } = message.value;
      return { ...view, decided: { decision, decidedBy: printable(decidedBy), comment: printable(comment), at: sane(at) } };
    }
    case 'RulesPublished': {
      const { version, hash, author, approvedBy, reason, at, content } = message.value;
      return { ...view, content: printable(content), published: { version, hash, author: printable(author), approvedBy: approvedBy && printable(approvedBy), reason: printable(reason), at: sane(at) } };
    }
    case 'RulesChangeRefused': return withRefusal(view, message.value);
    default: return never(message);
  }
}

function withRefusal(view: ChangeView, { reason, detail, by, at }: RulesChangeRefused): ChangeView {
  const refusal = { id: reason, at: sane(at), reason, detail: printable(detail), by: printable(by) };
  return { ...view, firstRefusal: earliest(view.firstRefusal, refusal), lastRefusal: latest(view.lastRefusal, refusal) };
}

/** A change as it is shown. */
export interface ChangeItem {
  readonly changeId: string;
  readonly point: string;
  readonly kind: 'proposal' | 'rollback';
  readonly status: RuleChangeStatus;
  readonly author: string;
  readonly reason: string;
  readonly askedAt: string;
  readonly basedOn: string | null;
  readonly hash: string | null;
  readonly toVersion: number | null;
  /** The release that came of it. */
  readonly version: number | null;
  readonly decidedBy: string | null;
  readonly comment: string | null;
  readonly decidedAt: string | null;
  readonly findings: Json;
  /** Why it was refused; empty otherwise. */
  readonly detail: string;
  /** The last wish about it that was not carried out. */
  readonly refusal: { readonly reason: string; readonly detail: string; readonly by: string; readonly at: string } | null;
}

export function changeItemOf(view: ChangeView): ChangeItem {
  const { point, changeId, asked, proposed, decided, published, lastRefusal } = view;
  const status = statusOf(view);
  return {
    changeId, point, kind: asked?.kind ?? (proposed ? 'proposal' : 'rollback'), status,
    author: proposed?.author ?? published?.author ?? asked?.author ?? lastRefusal?.by ?? '', reason: proposed?.reason ?? published?.reason ?? asked?.reason ?? '', askedAt: utc(askedAtOf(view)),
    basedOn: proposed?.basedOn ?? asked?.basedOn ?? null, hash: proposed?.hash ?? published?.hash ?? null, toVersion: asked?.toVersion ?? null, version: published?.version ?? null,
    decidedBy: decided?.decidedBy ?? published?.approvedBy ?? null, comment: decided?.comment ?? null, decidedAt: decided ? utc(decided.at) : null,
    findings: jsonOr(proposed?.findings, []), detail: status === 'refused' ? view.firstRefusal?.detail ?? '' : '',
    refusal: lastRefusal && { reason: lastRefusal.reason, detail: lastRefusal.detail, by: lastRefusal.by, at: utc(lastRefusal.at) },
  };
}

/** What became of a change, and when. */
export function changeFactsOf(view: ChangeView): ChangeFacts {
  const { decided, published, firstRefusal } = view;
  const { author, kind, status } = changeItemOf(view);
  return {
    author, kind, askedAt: askedAtOf(view), liveAt: published?.at ?? null,
    rejectedAt: status === 'rejected' ? decided?.at ?? null : null, refusedAt: status === 'refused' ? firstRefusal?.at ?? null : null,
  };
}

/** When it was asked for, as far as it is known. */
export function askedAtOf({ asked, proposed, decided, published, firstRefusal }: ChangeView): Instant {
  return asked?.at ?? proposed?.at ?? Math.min(...[decided, published, firstRefusal].flatMap((fact) => (fact ? [fact.at] : [])), LAST_MOMENT);
}

const LAST_MOMENT = Date.UTC(9999, 0, 1);

/** Why nobody can decide on a change as it stands; null when somebody can. */
export function whyNotOpen({ status, decidedBy, detail }: ChangeItem): string | null {
  switch (status) {
    case 'proposed': return null;
    case 'asked': return 'it is being checked; ask again in a moment';
    case 'refused': return `it was refused when it was checked: ${detail}`;
    case 'approved': return `it was approved${decidedBy === null ? '' : ` by ${decidedBy}`}`;
    case 'rejected': return `it was rejected${decidedBy === null ? '' : ` by ${decidedBy}`}`;
    default: return never(status);
  }
}

function statusOf({ proposed, decided, published, firstRefusal }: ChangeView): RuleChangeStatus {
  if (published) return 'approved';
  if (decided) return decided.decision === APPROVED ? 'approved' : 'rejected';
  if (proposed) return 'proposed';
  return firstRefusal ? 'refused' : 'asked';
}

const APPROVED: DecideRules['decision'] = 'approved';

/** JSON of somebody else's, or what stands for none. */
export function jsonOr(text: string | null | undefined, none: Json): Json {
  if (text === null || text === undefined) return none;
  try {
    return JSON.parse(text);
  } catch {
    return none;
  }
}
