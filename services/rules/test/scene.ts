import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { days, hours, type Duration, type Instant } from '@order-mesh/kernel';
import { creditControl, hashOf, shippedRules, writeRuleSet, type Rule, type RuleSet, type Values } from '@order-mesh/rules';
import { memoryRuleBook } from '../src/outbound/memory-rule-book.ts';
import { answerRules, type RulesCommand } from '../src/usecases/answer-rules.ts';
import type { RuleBook, SecondOpinion } from '../src/usecases/ports.ts';

export const NOON: Instant = Date.UTC(2026, 5, 1, 4);
export const CREDIT = creditControl.name;

const silent = (): void => {};
export const quietLog = { debug: silent, info: silent, warn: silent, error: silent };

export const shipped = shippedRules({ freezeAfterDaysOverdue: 45, replenishToTimesSafety: 2 });
export const shippedCredit: RuleSet = shipped.get(CREDIT) ?? { point: CREDIT, rules: [] };
export const SHIPPED_HASH = hashOf(shippedCredit);

export const facts = (daysOverdue: number, changes: Values = {}): Values => ({ customerId: 'C0001', amount: 120_000, exposure: 500_000, limit: 5_000_000, daysOverdue, ...changes });

/** Whatever else the point says. */
const usual: Values = Object.fromEntries(creditControl.outputs.map(({ name, example }) => [name, example]));

export const rule = (id: string, when: Rule['when'], verdict: string, changes: Partial<Rule> = {}): Rule => ({
  id, title: id, owner: 'finance', reason: 'an example', from: null, until: null, counts: 'now', when, then: { ...usual, verdict }, tests: [], ...changes,
});

/** Freezes over so many days overdue. */
export const freezeOver = (days: number): RuleSet => ({
  point: CREDIT,
  rules: [rule('freeze-overdue', { daysOverdue: `> ${days}` }, 'ask', { tests: [{ given: facts(days + 1), expect: { verdict: 'ask' } }, { given: facts(days), expect: { verdict: 'grant' } }] })],
});

export const hashOver = (days: number): string => hashOf(freezeOver(days));

let count = 0;
const received = <Message extends Outgoing>(message: Message, key: string): Message & Pick<Received, 'id' | 'key' | 'at' | 'trace'> =>
  ({ ...message, id: `m${count += 1}`, key, at: NOON, trace: {} });

interface Proposing {
  readonly basedOn?: string;
  readonly author?: string;
  readonly point?: string;
}

export const propose = (changeId: string, set: RuleSet | string, { basedOn = SHIPPED_HASH, author = '王芳', point = CREDIT }: Proposing = {}): RulesCommand => {
  const content = typeof set === 'string' ? set : writeRuleSet(set);
  return received({ type: 'ProposeRules', value: { point, changeId, basedOn, content, author, reason: '回款变差', at: NOON } }, point);
};

export const decide = (changeId: string, decision = 'approved', decidedBy = '李娜'): RulesCommand =>
  received({ type: 'DecideRules', value: { point: CREDIT, changeId, decision, decidedBy, comment: '同意', at: NOON + 1 } }, CREDIT);

export const rollBack = (changeId: string, version: number, author = '王芳'): RulesCommand =>
  received({ type: 'RollBackRules', value: { point: CREDIT, changeId, version, author, reason: '改错了', at: NOON } }, CREDIT);

export const simulate = (simulationId: string, set: RuleSet | string, { since = NOON - hours(1), until = NOON, point = CREDIT } = {}): RulesCommand =>
  received({ type: 'SimulateRules', value: { point, simulationId, content: typeof set === 'string' ? set : writeRuleSet(set), since, until, author: '王芳', at: NOON } }, point);

export const shadow = (changeId: string, shadowId: string, length: Duration = days(7)): RulesCommand =>
  received({ type: 'ShadowRules', value: { point: CREDIT, changeId, shadowId, until: NOON + length, author: '王芳', at: NOON } }, CREDIT);

export const stopShadow = (changeId: string, author = '王芳'): RulesCommand => received({ type: 'EndShadow', value: { point: CREDIT, changeId, author, at: NOON } }, CREDIT);

/** Where the book is kept, and what a transaction is there. */
export interface Place {
  readonly book: RuleBook;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

export const inMemory = (): Place => ({ book: memoryRuleBook(), transaction: (work) => work({ kind: 'memory' }) });

export const agreeing: SecondOpinion = { disagreements: () => Promise.resolve([]) };

/** The service over its book: each call is a batch in a transaction of its own, and returns what it sent. */
export function rulesDesk({ book, transaction }: Place = inMemory(), opinion: SecondOpinion = agreeing) {
  const answer = answerRules({ book, opinion, shipped, log: quietLog });
  let now = NOON;
  return {
    async commands(...batch: readonly RulesCommand[]): Promise<readonly Outgoing[]> {
      const sent: Outgoing[] = [];
      const unit = (tx: Transaction): Unit => ({ tx, now, send: (message) => sent.push(message), afterCommit: silent });
      await transaction((tx) => answer(batch, unit(tx)));
      return sent;
    },
    setNow: (instant: Instant) => { now = instant; },
    live: async () => (await transaction((tx) => book.live(tx, [CREDIT]))).get(CREDIT),
  };
}

/** In short: what was answered, and why not. */
export const inShort = (sent: readonly Outgoing[]): readonly string[] => sent.map((message) => {
  switch (message.type) {
    case 'RulesPublished': return `published ${message.value.version}`;
    case 'RulesChangeRefused': return `refused ${message.value.reason}`;
    case 'RulesDecided': return message.value.decision;
    case 'RulesShadowed': return message.value.endedBecause === '' ? `shadowed ${message.value.changeId}` : `shadow of ${message.value.changeId} ${message.value.endedBecause}`;
    case 'SimulationAdvanced': return `simulation ${message.value.state}`;
    default: return message.type;
  }
});

/** Why something was not carried out, in words. */
export const detailOf = (sent: readonly Outgoing[]): string => sent.flatMap((message) => ('detail' in message.value ? [String(message.value.detail)] : [])).join('; ');
