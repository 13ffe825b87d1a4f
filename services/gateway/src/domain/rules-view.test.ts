import fc from 'fast-check';
import { advanced, decided, NOON, proposed, published, refused } from '../../test/rules-scene.ts';
import { changeItemOf, projectChange, unknownChange, whyNotOpen, type AboutChange, type ChangeItem } from './rules-view.ts';
import { projectSimulation, simulationItemOf, type AboutSimulation, type SimulationView } from './simulation-view.ts';

const itemOf = (...messages: readonly AboutChange[]): ChangeItem => changeItemOf(messages.reduce(projectChange, unknownChange('credit-control', 'c1')));

describe('a change of the rules', () => {
  it('waits, is approved or rejected, and is never unsaid by a wish that came too late', () => {
    expect(itemOf(proposed())).toMatchObject({ status: 'proposed', author: '王芳', version: null, findings: [{ kind: 'untested' }], detail: '' });
    expect(itemOf(proposed(), decided(), published(3))).toMatchObject({ status: 'approved', decidedBy: '李娜', comment: '同意', version: 3 });
    expect(itemOf(proposed(), decided({ decision: 'refused' }))).toMatchObject({ status: 'rejected', version: null });
    expect(itemOf(proposed(), refused(), decided(), published(3), refused({ reason: 'decided', at: NOON + 99 }))).toMatchObject({ status: 'approved', detail: '', refusal: { reason: 'decided' } });
    expect(itemOf(published(4, { approvedBy: null }))).toMatchObject({ kind: 'rollback', status: 'approved', decidedBy: null, version: 4 });
  });

  it('says why it was refused by the checks, also after somebody wanted to decide on it', () => {
    const item = itemOf(refused({ reason: 'wrong-cell', detail: 'rule late, cell daysOverdue', at: NOON }), refused({ reason: 'decided', detail: 'it was refused before', at: NOON + 1 }));
    expect(item).toMatchObject({ status: 'refused', detail: 'rule late, cell daysOverdue', refusal: { reason: 'decided' } });
    expect(whyNotOpen(item)).toBe('it was refused when it was checked: rule late, cell daysOverdue');
    expect([whyNotOpen(itemOf()), whyNotOpen(itemOf(proposed())), whyNotOpen(itemOf(proposed(), decided()))]).toEqual(['it is being checked; ask again in a moment', null, 'it was approved by 李娜']);
  });

  it('looks the same in whatever order, and however often, it is told', () => {
    const story = [proposed(), refused(), refused({ reason: 'outdated', at: NOON + 6 }), decided(), published(3)];
    fc.assert(fc.property(fc.shuffledSubarray([...story, ...story], { minLength: 10 }), (all) => { expect(itemOf(...all)).toEqual(itemOf(...story)); }));
  });

  it('takes findings that are no JSON for none', () => {
    expect(itemOf(proposed({ findings: '{' })).findings).toEqual([]);
  });
});

describe('a simulation', () => {
  const farthest = (...messages: readonly AboutSimulation[]) => messages.reduce<SimulationView | undefined>(projectSimulation, undefined);

  it('shows the farthest that was told, in whatever order', () => {
    const asked: AboutSimulation = { type: 'SimulationAsked', value: { simulationId: 's1', point: 'credit-control', hash: 'h', content: '{}', since: NOON, until: NOON + 1, author: '王芳', at: NOON } };
    const story = [asked, advanced(), advanced({ checked: 50, changed: 5 }), advanced({ state: 'done', checked: 100, changed: 9, outcomes: '[{"orders":9}]', at: NOON + 1 })];
    fc.assert(fc.property(fc.shuffledSubarray([...story, ...story], { minLength: 8 }), (all) => {
      const view = farthest(...all);
      expect(view && simulationItemOf(view)).toMatchObject({ state: 'done', total: 100, checked: 100, changed: 9, outcomes: [{ orders: 9 }], author: '王芳' });
    }));
  });
});
