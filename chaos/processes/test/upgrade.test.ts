import { readFile } from 'node:fs/promises';
import { root } from '@order-mesh/cli/parts';
import type { UpgradeReport } from '../src/report/upgrade-section.ts';
import { releaseBefore, releaseToGoBackTo } from '../src/upgrade/releases.ts';
import { openRuns, type Runs } from './command.ts';

const ORDERS = 40;
const before = await releaseBefore(root);
const back = before && await releaseToGoBackTo(root, before);
const [there, andBack] = [before ? it : it.skip, back ? it : it.skip];
// a clone without history has no release to come from
const without = before === null ? ' (left out: this clone has no history back to a release)' : '';

let runs: Runs;

beforeAll(async () => { runs = await openRuns(); });
afterAll(() => runs?.end());

there(`stopped while it builds a release, leaves no process or folder behind${without}`, async () => {
  const { code, said } = await runs.chaos(['upgrade'], /building/);
  expect(said).toContain('everything is cleared away');
  expect(code).toBe(130);
  expect(await runs.leftBehind()).toEqual([]);
}, 120_000);

andBack(`takes orders over from the release before, gives them back, and takes them again, and none is stuck${without}`, async () => {
  const { code, said, file } = await runs.chaos(['upgrade', '--orders', String(ORDERS)]);
  const { upgrade }: { readonly upgrade?: UpgradeReport } = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  expect(upgrade?.changes.flatMap(({ problems }) => problems) ?? said).toEqual([]);
  expect(upgrade?.changes.map(({ from, to }) => [from, to])).toEqual([[before?.name, 'HEAD'], ['HEAD', back?.name], [back?.name, 'HEAD']]);
  for (const { places, byStatus, verdicts } of upgrade?.changes ?? []) {
    expect(Object.values(places).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(ORDERS);
    expect(byStatus).not.toHaveProperty('not ended');
    expect(verdicts.filter(({ status }) => status !== 'holds')).toEqual([]);
  }
  expect(code).toBe(0);
  expect(await runs.leftBehind()).toEqual([]);
}, 600_000);

it('says which release it does not know', async () => {
  const { code, said } = await runs.chaos(['upgrade', '--from', 'v99.0.0']);
  expect(said).toContain('this clone has no v99.0.0');
  expect(code).toBe(2);
}, 30_000);
