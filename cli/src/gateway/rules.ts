import type { Conflict, Values, Words } from '@order-mesh/rules';
import type { Page } from './gateway.ts';
import { askAt, search } from './http.ts';
import type { Session } from '../session/session.ts';

/** A release of rules, as the gateway shows it. */
export interface Release {
  /** 0 are the shipped rules. */
  readonly version: number;
  readonly hash: string;
  readonly since: string | null;
  readonly author: string;
  readonly approvedBy: string | null;
  readonly reason: string;
  readonly changeId: string;
}

/** A place where the business decides, with what is in force there. */
export interface LivePoint extends Release {
  readonly point: string;
  readonly title: Words;
  readonly asked: Words;
}

export interface PointDetail extends LivePoint {
  readonly content: unknown;
  readonly versions: readonly Release[];
}

export interface VersionDetail extends Release {
  readonly point: string;
  readonly content: unknown;
}

/** A change of the rules, as the gateway shows it. */
export interface Change {
  readonly changeId: string;
  readonly point: string;
  readonly kind: 'proposal' | 'rollback';
  readonly status: 'asked' | 'proposed' | 'approved' | 'refused' | 'rejected';
  readonly author: string;
  readonly reason: string;
  readonly askedAt: string;
  readonly version: number | null;
  readonly decidedBy: string | null;
  readonly comment: string | null;
  readonly findings: readonly Conflict[];
  readonly detail: string;
  readonly refusal: { readonly reason: string; readonly detail: string; readonly by: string; readonly at: string } | null;
}

export interface Simulation {
  readonly simulationId: string;
  readonly point: string;
  readonly state: 'asked' | 'running' | 'done' | 'refused';
  readonly total: number;
  readonly checked: number;
  readonly changed: number;
  readonly outcomes: readonly SimulatedOutcome[];
  readonly examples: readonly SimulatedExample[];
  /** Why it was refused, or what was not looked at; else empty. */
  readonly detail: string;
}

/** What was taken off and what would have been, in fen; absent where a point gives no money. */
export interface SimulatedGift {
  readonly given?: string;
  readonly wouldGive?: string;
}

/** Amounts in fen. */
export interface SimulatedOutcome extends SimulatedGift {
  readonly was: string;
  readonly would: string;
  readonly orders: number;
  readonly amount: string;
  /** Of so many orders all costs are known: what is paid for them, what would be, and what they cost the company. */
  readonly margin?: { readonly orders: number; readonly paid: string; readonly wouldPay: string; readonly cost: string };
}

export interface SimulatedExample extends SimulatedGift {
  readonly orderId: string;
  readonly was: string;
  readonly would: string;
  readonly rule: string | null;
  readonly facts: Values;
}

/** A change that decides silently beside the rules in force. */
export interface Shadow {
  readonly shadowId: string;
  readonly changeId: string;
  readonly point: string;
  readonly state: 'asked' | 'running' | 'ending' | 'ended';
  readonly author: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly decisions: number;
  readonly checked: number;
  readonly changed: number;
  readonly outcomes: readonly SimulatedOutcome[];
  readonly examples: readonly ShadowExample[];
  /** Why it is over; empty while it runs. */
  readonly endedBecause: string;
  readonly endedBy: string | null;
}

export interface ShadowExample extends SimulatedExample {
  /** The rule that decided. */
  readonly wasRule: string | null;
}

export interface Proposal {
  readonly content: unknown;
  readonly basedOn: string;
  readonly reason: string;
}

/** A decision of rules on an order, as the gateway shows it. */
export interface OrderDecision {
  readonly point: string;
  /** Null at a point that the gateway does not know. */
  readonly title: Words | null;
  readonly decidedAt: string;
  readonly rule: string | null;
  /** What the rule says. */
  readonly sentence: string;
  readonly hash: string;
  /** 0 are the shipped rules; null where rules of this hash were never released. */
  readonly version: number | null;
  readonly facts: Values;
  readonly said: Values;
  readonly toldBy: string;
}

interface AdoptionCounts {
  readonly asked: number;
  readonly live: number;
  readonly liveByBusiness: number;
  readonly liveByIt: number;
  readonly liveByUnknown: number;
  readonly rollbacks: number;
  readonly rejected: number;
  readonly refused: number;
}

/** How far the business changes its rules itself. */
export interface Adoption extends AdoptionCounts {
  readonly hasDirectory: boolean;
  readonly businessShare: number | null;
  readonly leadTime: { readonly changes: number; readonly medianSeconds: number; readonly p90Seconds: number } | null;
  readonly months: readonly (AdoptionCounts & { readonly month: string })[];
  readonly unknownAuthors: readonly string[];
}

/** The rules behind a gateway. Everything rejects with NOT_RUNNING when nobody answers there, BAD_REQUEST when it says no. */
export interface RulesDesk {
  points(): Promise<readonly LivePoint[]>;
  point(point: string): Promise<PointDetail>;
  version(point: string, version: number): Promise<VersionDetail>;
  changes(point: string): Promise<readonly Change[]>;
  change(changeId: string): Promise<Change>;
  propose(point: string, proposal: Proposal): Promise<Change>;
  decide(changeId: string, verb: 'approve' | 'refuse', decision: { readonly comment: string }): Promise<Change>;
  rollBack(point: string, wish: { readonly version: number; readonly reason: string }): Promise<Change>;
  simulate(point: string, wish: { readonly content: unknown; readonly since: string; readonly until: string }): Promise<Simulation>;
  simulation(simulationId: string): Promise<Simulation>;
  /** Changes that decide silently. */
  shadows(): Promise<readonly Shadow[]>;
  /** The last shadow of a change. */
  shadow(changeId: string): Promise<Shadow>;
  beginShadow(changeId: string, wish: { readonly forHours: number }): Promise<Shadow>;
  endShadow(changeId: string): Promise<Shadow>;
  /** Every decision of rules on an order, in the order in which they were made. */
  decisions(orderId: string): Promise<readonly OrderDecision[]>;
  adoption(months: number): Promise<Adoption>;
}

export function openRulesDesk(url: string, session: Session): RulesDesk {
  const ask = askAt(url, session);
  const at = (...parts: readonly string[]): string => ['/v1/rules', ...parts.map(encodeURIComponent)].join('/');
  return {
    points: async () => (await ask<{ readonly items: readonly LivePoint[] }>('GET', at())).items,
    point: (point) => ask<PointDetail>('GET', at(point)),
    version: (point, version) => ask<VersionDetail>('GET', at(point, 'versions', String(version))),
    changes: async (point) => (await ask<Page<Change>>('GET', `${at(point, 'changes')}${search({ limit: 50 })}`)).items,
    change: (changeId) => ask<Change>('GET', at('changes', changeId)),
    propose: (point, proposal) => ask<Change>('POST', at(point, 'changes'), proposal, 'author'),
    decide: (changeId, verb, decision) => ask<Change>('POST', at('changes', changeId, verb), decision, 'decidedBy'),
    rollBack: (point, wish) => ask<Change>('POST', at(point, 'rollback'), wish, 'author'),
    simulate: (point, wish) => ask<Simulation>('POST', at(point, 'simulations'), wish, 'author'),
    simulation: (simulationId) => ask<Simulation>('GET', at('simulations', simulationId)),
    shadows: async () => (await ask<{ readonly items: readonly Shadow[] }>('GET', at('shadows'))).items,
    shadow: (changeId) => ask<Shadow>('GET', at('changes', changeId, 'shadow')),
    beginShadow: (changeId, wish) => ask<Shadow>('POST', at('changes', changeId, 'shadow'), wish, 'author'),
    endShadow: (changeId) => ask<Shadow>('POST', at('changes', changeId, 'shadow', 'end'), {}, 'author'),
    decisions: async (orderId) => (await ask<{ readonly items: readonly OrderDecision[] }>('GET', `/v1/orders/${encodeURIComponent(orderId)}/decisions`)).items,
    adoption: (months) => ask<Adoption>('GET', `${at('adoption')}${search({ months })}`),
  };
}
