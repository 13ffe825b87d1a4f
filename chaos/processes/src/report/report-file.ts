import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from '@order-mesh/cli/parts';
import { MeshError } from '@order-mesh/kernel';
import { earlierRun, type EarlierRun } from './earlier-section.ts';
import { reliabilityPage, type Reports } from './page.ts';
import type { ChaosReport } from './report.ts';
import type { UpgradeReport } from './upgrade-section.ts';

export const REPORT_FILE = join(root, 'chaos', 'chaos-report.json');
export const PAGE_FILE = join(root, 'docs', 'reliability.md');

/** The seed of the tests: the others are told beside it. */
const TESTED_SEED = 1;

/** Throws when a report could not be kept there: to be asked before a run, which may take an hour. */
export async function expectReportFile(file: string): Promise<void> {
  await readReports(file);
  await access(dirname(file), constants.W_OK).catch((error: unknown) => { throw new MeshError('BAD_CONFIG', { cause: error, advice: `${dirname(file)} is no folder that can be written to: name another file by --report` }); });
}

/** Keeps the report in the place of the last one of its tier and seed, and writes the page anew if it is the published one. */
export async function saveReport(report: ChaosReport, file: string): Promise<void> {
  await save(withReport(await readReports(file), report), file);
}

/** The same for what an upgrade with orders on their way has shown. */
export async function saveUpgrade(upgrade: UpgradeReport, file: string): Promise<void> {
  await save({ ...await readReports(file), upgrade }, file);
}

async function save(reports: Reports, file: string): Promise<void> {
  await writeFile(file, `${JSON.stringify(reports, rounded, 2)}\n`);
  if (file === REPORT_FILE) await writeFile(PAGE_FILE, reliabilityPage(await readReports(file)));
}

/** The reports with this one in its place; the soak that was there goes on as a row. */
export function withReport(known: Reports, report: ChaosReport): Reports {
  if (report.tier === 'T2') return { ...known, t2: report, soaks: withRun(known.soaks, known.t2).filter(({ seed }) => seed !== report.seed) };
  if (report.seed === TESTED_SEED) return { ...known, t1: report };
  return { ...known, others: withRun(known.others, report) };
}

/** The last run of each seed. */
function withRun(runs: readonly EarlierRun[] = [], run?: EarlierRun): readonly EarlierRun[] {
  return run ? [...runs.filter(({ seed }) => seed !== run.seed), earlierRun(run)].sort((one, other) => one.seed - other.seed) : runs;
}

/** Throws when the file is there and is no JSON. */
export async function readReports(file: string): Promise<Reports> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    const reports: Reports = JSON.parse(text);
    return reports;
  } catch (error) {
    throw new MeshError('BAD_CONFIG', { cause: error, advice: `${file} is no JSON: put it right, or delete it to begin anew` });
  }
}

const rounded = (_key: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 100) / 100 : value);
