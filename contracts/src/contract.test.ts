import { contracts, HoldCredit, keyOf, orderTopics, topics, type CreditHeld, type DoneOf, type MessageName, type ValueOf } from './index.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

describe('The contract of a message', () => {
  it('carries the type of its value and of its answer', () => {
    const value: Same<ValueOf<typeof HoldCredit>, HoldCredit> = true;
    const answer: Same<DoneOf<typeof HoldCredit>, CreditHeld> = true;
    expect([value, answer]).toEqual([true, true]);
  });

  it('is found by the name of the message', () => {
    const name: MessageName = 'HoldCredit';
    expect(contracts[name]).toEqual({
      name: 'HoldCredit', topic: 'credit.commands.v1', kind: 'command', key: 'orderId',
      reply: { done: 'CreditHeld', refused: 'CreditRefused' }, undo: 'ReleaseCredit',
    });
  });

  it('asks and undoes on one topic under one key, so that an undo cannot overtake its ask', () => {
    for (const { topic, key, undo } of Object.values(contracts)) {
      const other = Object.values(contracts).find(({ name }) => name === undo);
      if (other) expect([other.topic, other.key]).toEqual([topic, key]);
    }
  });

  it('keeps the anchors of the audit log and the rules in force for ever, and everything else for a time', () => {
    expect([...new Set(Object.values(contracts).filter(({ compacted }) => compacted).map(({ topic }) => topic))]).toEqual([topics.auditAnchors, topics.rulesPublished]);
  });

  it('keeps the rules that decide silently beside those in force, and neither in the place of the other', () => {
    const shadowed = { slot: 'shadow:price', point: 'price', shadowId: 's1', changeId: 'c1', hash: 'h', content: '{}', author: 'a', since: 0, until: 1, endedBecause: '', at: 0 };
    expect(keyOf({ type: 'RulesShadowed', value: shadowed })).toBe('shadow:price');
  });

  it('keys master data, partners, imports, reconciliation, rules, erasures and the audit log by what they are about, everything else by order', () => {
    expect(keyOf({ type: 'StockLevelChanged', value: { sku: '84029E', warehouse: 'W1', onHand: 3, safetyStock: 5, changedAt: 0 } })).toBe('84029E');
    expect(keyOf({ type: 'PartnerStateChanged', value: { system: 'u8', service: 'erp-adapter', state: 'away', detail: '', callsWaiting: 0, at: 0 } })).toBe('u8');
    expect(keyOf({ type: 'ReleaseCredit', value: { orderId: 'SF-1' } })).toBe('SF-1');
    expect(Object.values(topics).filter((topic) => !orderTopics.includes(topic)))
      .toEqual([topics.auditAnchors, topics.delegationsCommands, topics.delegationsEvents, topics.importsCommands, topics.importsEvents, topics.lettersEvents, topics.masterdataEvents, topics.partnerEvents, topics.privacyEvents, topics.reconciliationCommands, topics.reconciliationEvents, topics.replenishmentEvents,
        topics.rulesCommands, topics.rulesEvents, topics.rulesPublished, topics.simulationEvents]);
  });
});
