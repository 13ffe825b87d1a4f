import { diffOf, isSame } from './diff.ts';
import { facts, place, rest, rule, setOf } from './example.fixture.ts';

describe('the difference between two sets', () => {
  const late = rule('late', { days: '> 45' }, 'ask');

  it('names rules added and removed, and each cell that says something else', () => {
    const changed = rule('late', { days: '> 60', region: '"华东"' }, 'ask', { until: 0, tests: [{ given: facts(), expect: { say: 'ask' } }] });
    const diff = diffOf(place, setOf(late, rest), setOf(rule('new', { amount: '> 5' }, 'x'), changed));
    expect([diff.added.map(({ id }) => id), diff.removed.map(({ id }) => id), diff.moved]).toEqual([['new'], ['rest'], []]);
    expect(diff.changed).toEqual([{ rule: 'late', cells: [
      { cell: 'days', was: '> 45', is: '> 60' }, { cell: 'region', was: '', is: '"华东"' }, { cell: 'until', was: '', is: '1970-01-01T00:00:00.000Z' }, { cell: 'counts', was: '', is: 'now' },
      { cell: 'tests.1', was: '', is: 'days 10 d, amount 50 CNY, region 华东, tier a, isNew false gives say ask' },
    ] }]);
  });

  it('names the fewest rules that have moved', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => rule(id, {}, id));
    expect(diffOf(place, setOf(a!, b!, c!, rest), setOf(b!, c!, rest, a!)).moved).toEqual([{ rule: 'a', from: 1, to: 4 }]);
    expect(diffOf(place, setOf(a!, b!, rest), setOf(late, a!, b!, rest)).moved).toEqual([]);
    expect([isSame(diffOf(place, setOf(a!, rest), setOf(a!, rest))), isSame(diffOf(place, setOf(a!, rest), setOf(rest)))]).toEqual([true, false]);
  });
});
