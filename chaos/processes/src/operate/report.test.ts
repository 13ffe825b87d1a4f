import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@order-mesh/cli/parts';
import { allCauses } from './causes/index.ts';
import { operatePage, reportLines, reportOf } from './report.ts';
import type { Operated } from './run.ts';

const alert: Operated['alerts'][number] = {
  id: 'MeshDown', severity: 'page', condition: 'the process of audit is stopped', holdsForSeconds: 2, causedAt: 10_000, pendingAt: 11_500, firedAt: 13_500, healedAt: 14_000, resolvedAt: 16_000, uncalledFor: [],
};
const run: Operated = {
  alerts: [alert], panels: [{ dashboard: 'Order Mesh: saga', panel: 'Funnel', series: 6, empty: [] }], load: { orders: 1_200, requests: 2_400, heldBack: 0, rulesReleased: 9 }, problems: [], startedAt: 0, tookMs: 600_000,
};
const about = { factor: 60, machine: { cpu: 'some', cores: 2, memoryGb: 8, system: 'linux', commit: 'abc1234' } };

describe('what operating has shown', () => {
  it('is told in seconds from the cause, and from its end', () => {
    const report = reportOf(run, about);
    expect(report).toMatchObject({ good: true, minutes: 10, alerts: [{ pending: 1.5, fired: 3.5, resolved: 2 }] });
    expect(operatePage(report)).toContain('| MeshDown | page | the process of audit is stopped | 2 s | 1.5 s | 3.5 s | 2 s |');
    expect(reportLines(report)).toContain('1 of 1 alerts fired, 1 resolved; 1 of 1 panels show data');
  });

  it.each<readonly [string, Partial<Operated>]>([
    ['an alert did not fire', { alerts: [{ ...alert, firedAt: null }] }], ['an alert did not resolve', { alerts: [{ ...alert, resolvedAt: null }] }],
    ['a panel shows nothing', { panels: [{ dashboard: 'd', panel: 'p', series: 0, empty: ['up'] }] }], ['something went wrong', { problems: ['causing MeshDown: it did not stop'] }],
  ])('is bad when %s', (_why, change) => {
    expect(reportOf({ ...run, ...change }, about).good).toBe(false);
  });
});

it('has a cause for every alert there is, and no other', () => {
  const text = readFileSync(join(root, 'deploy/prometheus/alerts.yml'), 'utf8');
  const committed = text.split('- alert: ').slice(1).map((rule) => [rule.split('\n')[0], /^ +(?:window|phase): (\S+)$/m.exec(rule)?.[1]].filter((part) => part !== undefined).join(' '));
  const caused = allCauses().flatMap(({ alerts }) => alerts);
  expect(committed).toHaveLength(16);
  expect([...caused].sort()).toEqual([...committed].sort());
});
