import { topics } from '@order-mesh/contracts';
import { NOON, told, granted, confirmed } from '../../test/scene.ts';
import { entryOf } from './act.ts';
import { actIn, actTopics } from './acts.ts';

const actTold = (message: ReturnType<typeof told>) => actIn(message.type, message.value);
const entry = (message: ReturnType<typeof told>, now = NOON) => {
  const act = actTold(message);
  return act && entryOf(act, message, { position: 1, now });
};
const denied = (reason: string, decidedBy: string | null) => told('ApprovalDenied', { orderId: 'O1', approvalId: 'O1:credit', reason, detail: 'denied by 李娜: too much', revision: 0, subject: 'credit', decidedBy });
const difference = (status: string, decidedBy: string | null, version = 2) => told('DifferenceChanged', {
  differenceId: 'D1', version, runId: `R${version}`, orderId: 'O1', class: 'extra-in-erp', status, detail: 'the ERP holds SO1', evidence: [], repair: 'take-back-documents', repairSays: 'takes SO1 back',
  firstSeenAt: NOON, lastSeenAt: NOON, decidedBy, decidedAt: decidedBy === null ? null : NOON, note: null,
});

describe('what is an act', () => {
  it('is what a person decided, and whom it was about', () => {
    expect(entry(granted('O1', '李娜', 'm1'))).toEqual({
      position: 1, at: NOON, actor: '李娜', act: 'granted an approval', subject: 'approval O1:credit', orderId: 'O1', fact: 'm1', messageType: 'ApprovalGranted', messageId: 'm1',
      details: '{"comment":"pays on Friday","onBehalfOf":"","revision":0}',
    });
    expect(entry(denied('denied', '李娜'))).toMatchObject({ actor: '李娜', act: 'denied an approval' });
    expect(entry(told('CaseDecided', { orderId: 'O1', opening: 1, decision: 'accept', decidedBy: '王芳', note: 'paid by hand', at: NOON }))).toMatchObject({ actor: '王芳', act: 'decided a case' });
    expect(entry(told('PartnerPaused', { system: 'u8', pausedBy: '李娜', note: 'upgrade', at: NOON }))).toMatchObject({ actor: '李娜', act: 'paused a partner system', subject: 'partner u8', orderId: null });
    expect(entry(told('LetterDecided', { letterId: '7', decision: 'dropped', decidedBy: '李娜', note: 'a scanner', service: 'credit', original: 't/0/1', reason: 'truncated', orderId: null, at: NOON })))
      .toMatchObject({ act: 'dropped a dead letter', subject: 'dead letter 7', details: '{"note":"a scanner","original":"t/0/1","reason":"truncated","service":"credit"}' });
  });

  it('is not what a clock or a machine did to an order', () => {
    expect([denied('expired', null), denied('withdrawn', null), confirmed('O1'), difference('open', null), difference('vanished', '李娜')].map(actTold)).toEqual([null, null, null, null, null]);
  });

  it('is one act, however often the books tell of it', () => {
    const facts = [difference('repairing', '李娜', 2), difference('repairing', '李娜', 3), difference('repaired', '李娜', 4), difference('accepted', '王芳', 5)].map((message) => entry(message)?.fact);
    expect(new Set(facts).size).toBe(3);
    expect(entry(difference('repaired', '李娜'))).toMatchObject({ actor: 'order-mesh', act: 'saw a difference repaired' });
  });

  it('is who had somebody else decide meanwhile', () => {
    const delegation = (state: string) => told('DelegationChanged', { delegationId: 'd1', revision: 1, state, absent: '李娜', deputy: '王芳', since: NOON, until: NOON + 1, reason: 'leave', detail: '', requestedBy: '李娜', at: NOON });
    expect(entry(delegation('standing'))).toMatchObject({ actor: '李娜', act: 'had a delegation made', subject: 'delegation d1', fact: 'delegation/d1/1/standing' });
    expect([delegation('ended'), delegation('refused')].map((message) => entry(message)?.act)).toEqual(['had a delegation ended', 'had a delegation refused']);
  });

  it('is that contacts were erased, with why, and of whom nothing but the numbers of their keys', () => {
    const erased = { erasureId: 'e1', orderId: null, customerId: 'C1', keys: ['k1', 'k2'], reason: 'letter of 12 May', requestedBy: '李娜', at: NOON };
    expect(entry(told('ContactsErased', erased))).toMatchObject({ actor: '李娜', act: 'had contacts erased', subject: 'contacts of customer C1', fact: 'erasure/e1', details: '{"contacts":2,"customerId":"C1","keys":"k1 k2","reason":"letter of 12 May"}' });
    expect(entry(told('ContactsErased', { ...erased, orderId: 'O1' }))).toMatchObject({ subject: 'contact of order O1', orderId: 'O1' });
  });

  it('is what happened to the rules: who wanted others, who released them, who took them back, each once', () => {
    const change = { point: 'credit-control', changeId: 'c1', author: '李娜', reason: 'the holidays', at: NOON };
    const published = { ...change, version: 3, hash: 'h', content: '{}' };
    expect(entry(told('RulesProposed', { ...change, basedOn: 'g', hash: 'h', content: '{}', findings: '[]' }))).toMatchObject({ actor: '李娜', act: 'proposed rules', subject: 'rules of credit-control' });
    expect(entry(told('RulesDecided', { ...change, decision: 'approved', decidedBy: '王芳', comment: '' }))).toMatchObject({ actor: '王芳', act: 'approved rules' });
    expect(entry(told('RulesPublished', { ...published, approvedBy: '王芳' }))).toMatchObject({ actor: '李娜', act: 'had rules put in force', fact: 'rules/credit-control/version 3' });
    expect(entry(told('RulesPublished', { ...published, approvedBy: null }))).toMatchObject({ act: 'rolled rules back' });
    const shadowed = { slot: 'shadow:credit-control', point: 'credit-control', shadowId: 's1', changeId: 'c1', hash: 'h', content: '{}', author: '李娜', since: NOON, until: NOON + 1, endedBecause: '', at: NOON };
    expect(entry(told('RulesShadowed', shadowed))).toMatchObject({ actor: '李娜', act: 'had rules decide silently', fact: 'rules/credit-control/shadow/s1/begun' });
    expect(entry(told('RulesShadowed', { ...shadowed, author: '王芳', endedBecause: 'stopped' }))).toMatchObject({ actor: '王芳', act: 'ended rules that decided silently' });
  });

  it('is heard on the topics of the table and on no others', () => {
    expect([...actTopics].sort()).toEqual([topics.approvalsEvents, topics.delegationsEvents, topics.lettersEvents, topics.orderEvents, topics.partnerEvents, topics.privacyEvents, topics.reconciliationEvents, topics.rulesEvents, topics.rulesPublished].sort());
  });
});

describe('what is kept of it', () => {
  const remark = (comment: string, decidedBy = '李娜') => entry(told('ApprovalGranted', { orderId: 'O1', approvalId: 'O1:credit', decidedBy, onBehalfOf: '', comment, revision: 0, subject: 'credit' }));

  it('holds no telephone number', () => {
    expect(remark('ring 13812345678, +8613912345678 or 139-1234-5678, about 201381234567890')?.details).toBe('{"comment":"ring 138****5678, +86139****5678 or 139****5678, about 201381234567890","onBehalfOf":"","revision":0}');
  });

  it('names order and subject in full, even where their number looks like a telephone', () => {
    expect(entry(granted('13812345678'))).toMatchObject({ orderId: '13812345678', subject: 'approval 13812345678:credit' });
  });

  it('holds nothing that PostgreSQL cannot hold, or an index cannot take', () => {
    const kept = remark('a\0b\ud800', `${'x'.repeat(5_000)}`);
    expect(kept?.details).toBe('{"comment":"a\ufffdb\ufffd","onBehalfOf":"","revision":0}');
    expect(kept?.actor).toHaveLength(200);
  });

  it('has a time that can be meant', () => {
    const late = { ...granted('O1'), at: 9e15 };
    expect(entry(late, NOON + 1)?.at).toBe(NOON + 1);
  });
});
