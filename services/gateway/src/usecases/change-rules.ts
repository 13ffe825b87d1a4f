import type { Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { changeItemOf, unknownChange, whyNotOpen, type AskedChange, type ChangeItem } from '../domain/rules-view.ts';
import { askedSimulation, simulationItemOf, type SimulationItem } from '../domain/simulation-view.ts';
import type { RulesViews } from './rules-ports.ts';

interface Means {
  readonly rules: RulesViews;
  readonly log: Log;
}

interface Wish {
  readonly trace: Trace;
}

export interface ProposalWish extends Wish {
  readonly point: string;
  readonly changeId: string;
  readonly basedOn: string;
  /** The rules as JSON text. */
  readonly content: string;
  readonly author: string;
  readonly reason: string;
}

export interface RollbackWish extends Wish {
  readonly point: string;
  readonly changeId: string;
  readonly version: number;
  readonly author: string;
  readonly reason: string;
}

export interface DecisionWish extends Wish {
  readonly changeId: string;
  readonly decision: 'approved' | 'refused';
  readonly decidedBy: string;
  readonly comment: string;
  /** Names this request, so that repeating its transaction repeats the same message. */
  readonly requestId: string;
}

export interface SimulationWish extends Wish {
  readonly point: string;
  readonly simulationId: string;
  readonly content: string;
  readonly since: number;
  readonly until: number;
  readonly author: string;
}

export type ChangeAsked =
  | { readonly type: 'asked'; readonly item: ChangeItem }
  | { readonly type: 'unknown' }
  | { readonly type: 'not-now'; readonly why: string };

export type ProposeChange = (wish: ProposalWish, unit: Unit) => Promise<ChangeAsked>;
export type RollBack = (wish: RollbackWish, unit: Unit) => Promise<ChangeAsked>;
export type DecideChange = (wish: DecisionWish, unit: Unit) => Promise<ChangeAsked>;
export type AskSimulation = (wish: SimulationWish, unit: Unit) => Promise<SimulationItem>;

/** Has a change of the rules checked and put before a second person. The same name is the same change. */
export const proposeChange = ({ rules, log }: Means): ProposeChange => async ({ trace, ...wish }, unit) => {
  const { point, changeId, basedOn, author, reason } = wish;
  const known = await knownAs(rules, wish, unit);
  if (known) return known;
  unit.send({ type: 'ProposeRules', value: { ...wish, at: unit.now } }, { id: `http/rules/${changeId}`, trace });
  log.info('rules are to be changed', { point, changeId, author });
  return askedFor(rules, { point, changeId, asked: { kind: 'proposal', author, reason, at: unit.now, basedOn, toVersion: null } }, unit);
};

/** Has rules that were in force before put in force again. The same name is the same change. */
export const rollBackRules = ({ rules, log }: Means): RollBack => async ({ trace, ...wish }, unit) => {
  const { point, changeId, version, author, reason } = wish;
  const known = await knownAs(rules, wish, unit);
  if (known) return known;
  unit.send({ type: 'RollBackRules', value: { ...wish, at: unit.now } }, { id: `http/rules/${changeId}`, trace });
  log.info('rules are to be rolled back', { point, changeId, version, author });
  return askedFor(rules, { point, changeId, asked: { kind: 'rollback', author, reason, at: unit.now, basedOn: null, toVersion: version } }, unit);
};

/** Carries a second person's decision on, unless the change can no longer be decided. */
export const decideChange = ({ rules, log }: Means): DecideChange => async ({ changeId, decision, decidedBy, comment, requestId, trace }, unit) => {
  const view = await rules.findChange(unit.tx, changeId);
  if (!view) return { type: 'unknown' };
  const item = changeItemOf(view);
  const why = whyNotOpen(item);
  if (why !== null) return { type: 'not-now', why };
  unit.send({ type: 'DecideRules', value: { point: view.point, changeId, decision, decidedBy, comment, at: unit.now } }, { id: `http/rules/decide/${requestId}`, trace });
  log.info('change of the rules is to be decided', { point: view.point, changeId, decision, decidedBy });
  return { type: 'asked', item };
};

/** Asks what rules that are not in force would have decided. */
export const askSimulation = ({ rules, log }: Means): AskSimulation => async ({ trace, ...wish }, unit) => {
  const value = { ...wish, at: unit.now };
  const view = askedSimulation(value);
  await rules.saveSimulations(unit.tx, [view]);
  unit.send({ type: 'SimulateRules', value }, { id: `http/rules/simulate/${wish.simulationId}`, trace });
  log.info('rules are to be simulated', { point: wish.point, simulationId: wish.simulationId, author: wish.author });
  return simulationItemOf(view);
};

async function knownAs(rules: RulesViews, { point, changeId }: { readonly point: string; readonly changeId: string }, { tx }: Unit): Promise<ChangeAsked | null> {
  const known = await rules.findChange(tx, changeId);
  if (!known) return null;
  if (known.point !== point) return { type: 'not-now', why: `a change of ${known.point} has this name; give the change another one` };
  return { type: 'asked', item: changeItemOf(known) };
}

async function askedFor(rules: RulesViews, { point, changeId, asked }: { readonly point: string; readonly changeId: string; readonly asked: AskedChange }, { tx }: Unit): Promise<ChangeAsked> {
  const view = { ...unknownChange(point, changeId), asked };
  await rules.saveChanges(tx, [view]);
  return { type: 'asked', item: changeItemOf(view) };
}
