import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Comparison } from './compare.ts';
import { performancePage, type Report, type ScenarioResult } from './report.ts';

const REPORT = fileURLToPath(new URL('../report.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

/** Keeps a comparison; a quick one leaves the last full one in its place. */
export const saveComparison = (comparison: Comparison, full: boolean): Promise<void> =>
  save((report) => ({ ...report, [full ? 'full' : 'quick']: comparison }));

export const saveScenario = (name: string, what: string, result: unknown): Promise<void> =>
  save((report) => ({ ...report, scenarios: { ...report.scenarios, [name]: scenarioOf(what, result) } }));

function scenarioOf(what: string, result: unknown): ScenarioResult {
  return { ...typeof result === 'object' && result !== null && !Array.isArray(result) ? result : { result }, what, measuredAt: new Date().toISOString() };
}

async function save(change: (report: Report) => Report): Promise<void> {
  const report = change(await read());
  await writeFile(REPORT, `${JSON.stringify(report, rounded, 2)}\n`);
  await writeFile(PAGE, performancePage(report));
}

async function read(): Promise<Report> {
  const text = await readFile(REPORT, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return JSON.parse(text) as Report;
  } catch (error) {
    throw new Error(`${REPORT} is no JSON: put it right, or delete it to begin anew`, { cause: error });
  }
}

const rounded = (_key: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value);
