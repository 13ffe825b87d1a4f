import fc from 'fast-check';
import { NOON, shadowAdvanced, shadowed } from '../../test/rules-scene.ts';
import { isOver, projectShadow, shadowItemOf, type AboutShadow, type ShadowView } from './shadow-view.ts';

function viewOf(first: AboutShadow, ...more: readonly AboutShadow[]): ShadowView {
  return more.reduce<ShadowView>(projectShadow, projectShadow(undefined, first));
}
const itemOf = (...messages: readonly [AboutShadow, ...AboutShadow[]]) => shadowItemOf(viewOf(...messages));

describe('a shadow', () => {
  const over = shadowed({ endedBecause: 'stopped', author: '李娜', content: '', at: NOON + 9 });

  it('runs, is being counted to its end, and is over', () => {
    expect(itemOf(shadowed())).toMatchObject({ state: 'running', author: '王芳', decisions: 0, outcomes: [], since: new Date(NOON).toISOString(), until: new Date(NOON + 1_000).toISOString(), endedBecause: '', updatedAt: null });
    expect(itemOf(shadowed(), shadowAdvanced({ outcomes: '[{"orders":9}]' }))).toMatchObject({ state: 'running', decisions: 10, checked: 9, changed: 1, outcomes: [{ orders: 9 }] });
    expect(itemOf(shadowed(), over)).toMatchObject({ state: 'ending', endedBecause: 'stopped', endedBy: '李娜', author: '王芳' });
    expect(itemOf(shadowed(), over, shadowAdvanced({ state: 'ended', endedBecause: 'stopped' }))).toMatchObject({ state: 'ended', decisions: 10 });
    expect(itemOf(shadowed(), shadowAdvanced({ state: 'ended', endedBecause: 'over' }))).toMatchObject({ state: 'ended', endedBecause: 'over', endedBy: null });
    expect([viewOf(shadowed()), viewOf(over), viewOf(shadowAdvanced({ state: 'ended' }))].map(isOver)).toEqual([false, true, true]);
  });

  it('looks the same in whatever order, and however often, it is told', () => {
    const story = [shadowed(), shadowAdvanced(), shadowAdvanced({ decisions: 20, changed: 3 }), over, shadowAdvanced({ decisions: 20, changed: 3, state: 'ended', endedBecause: 'stopped', at: NOON + 12 })] as const;
    const told = itemOf(...story);
    fc.assert(fc.property(fc.shuffledSubarray([...story, ...story], { minLength: 10 }), ([first, ...more]) => { expect(first && itemOf(first, ...more)).toEqual(told); }));
  });
});
