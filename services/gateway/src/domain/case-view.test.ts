import fc from 'fast-check';
import { caseItemOf, caseStatusOf, projectCase, unknownCase, type CaseMessage, type CaseView } from './case-view.ts';

const opened = (opening: number, at: number): CaseMessage => ({
  type: 'CaseOpened', id: `o${opening}`, at, value: { orderId: 'O1', opening, kind: 'undo-failed', step: 'contract', reason: 'signed', detail: 'it was signed', owner: 'operations', at, dueAt: at + 100 },
});
const decided = (opening: number, at: number): CaseMessage => ({ type: 'CaseDecided', id: `d${opening}`, at, value: { orderId: 'O1', opening, decision: 'retry-undo', decidedBy: '李娜', note: '', at } });
const closed = (opening: number, at: number): CaseMessage => ({ type: 'CaseClosed', id: `c${opening}`, at, value: { orderId: 'O1', opening, outcome: 'rejected', at } });
const assigned = (assignee: string, at: number): CaseMessage => ({ type: 'CaseAssigned', id: `a${at}`, at, value: { orderId: 'O1', assignee, assignedBy: '王芳', at } });

const told = (...messages: readonly CaseMessage[]): CaseView => messages.reduce(projectCase, unknownCase('O1'));

describe('a case as its events tell it', () => {
  it('is open, retrying, open again where the retry failed in the same instant, and closed', () => {
    const life = [opened(1, 10), decided(1, 20), opened(2, 20), decided(2, 30), closed(2, 40)];
    expect(life.map((_, index) => caseStatusOf(told(...life.slice(0, index + 1))))).toEqual(['open', 'retrying', 'open', 'retrying', 'closed']);
  });

  it('is the same in whatever order, and however often, its events come', () => {
    const life = [opened(1, 10), assigned('李娜', 12), decided(1, 20), opened(2, 20), assigned('王芳', 25), decided(2, 30), closed(2, 30)];
    const wanted = told(...life);
    fc.assert(fc.property(fc.shuffledSubarray([...life, ...life], { minLength: life.length * 2 }), (shuffled) => { expect(told(...shuffled)).toEqual(wanted); }));
    expect(caseItemOf(wanted, 500)).toMatchObject({ status: 'closed', assignee: '王芳', openings: 2, outcome: 'rejected', overdue: false, decidedBy: '李娜' });
  });

  it('is overdue after its deadline, not at it', () => {
    expect([caseItemOf(told(opened(1, 10)), 110)?.overdue, caseItemOf(told(opened(1, 10)), 111)?.overdue]).toEqual([false, true]);
  });

  it('is not shown before anybody has told why it was opened', () => {
    expect(caseItemOf(told(assigned('李娜', 1), decided(1, 2)), 3)).toBeNull();
  });
});
