import { readFile } from 'node:fs/promises';
import type { FaultCount } from '../src/report/report.ts';
import { openRuns, type Runs } from './command.ts';

let runs: Runs;

beforeAll(async () => { runs = await openRuns(); });
afterAll(() => runs?.end());

/** A guest that is not ready in time joins nobody: so many faults may miss their moment. */
const MAY_MISS = 4;

it('stopped in the middle of a fault, leaves no process, mount or folder behind', async () => {
  const { code, said } = await runs.chaos(['processes', '--seed', '1', '--only', 'zombie,postgres'], /\d s {2}\S+ stands still/);
  expect(said).toContain('everything is cleared away');
  expect(code).toBe(130);
  expect(await runs.leftBehind()).toEqual([]);
}, 300_000);

it('says what it did not understand, and what there is', async () => {
  const { code, said } = await runs.chaos(['processes', '--only', 'earthquake']);
  expect(said).toContain('There is no fault called earthquake; known: race, poison,');
  expect(code).toBe(2);
}, 30_000);

it('loses, doubles and keeps no order, whatever breaks', async () => {
  const { code, said, file } = await runs.chaos(['processes', '--seed', '1']);
  const { t1 } = JSON.parse(await readFile(file, 'utf8').catch(() => `{"t1":{"problems":[${JSON.stringify(said.slice(-4_000))}]}}`));
  expect(t1).toMatchObject({ problems: [], lost: 0, doubled: 0, stuck: 0, good: true, replay: { changed: [] } });
  expect(t1.orders.accepted).toBeGreaterThanOrEqual(2_000);
  const faults: readonly FaultCount[] = t1.faults;
  expect(faults.reduce((missing, { planned, happened, skipped }) => missing + planned - happened - skipped.length, 0)).toBeLessThanOrEqual(MAY_MISS);
  expect(code).toBe(0);
  expect(await runs.leftBehind()).toEqual([]);
}, 1_200_000);
