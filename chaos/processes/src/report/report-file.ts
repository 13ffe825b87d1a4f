import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '@order-mesh/cli/parts';
import { reliabilityPage, type Reports } from './page.ts';
import type { ChaosReport } from './report.ts';

export const REPORT_FILE = join(root, 'chaos', 'chaos-report.json');
export const PAGE_FILE = join(root, 'docs', 'reliability.md');

/** Keeps the report in the place of the last one of its tier, and writes the page anew if it is the published one. */
export async function saveReport(report: ChaosReport, file: string): Promise<void> {
  const reports: Reports = { ...await readReports(file), [report.tier === 'T1' ? 't1' : 't2']: report };
  await writeFile(file, `${JSON.stringify(reports, rounded, 2)}\n`);
  if (file === REPORT_FILE) await writeFile(PAGE_FILE, reliabilityPage(await readReports(file)));
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
    throw new Error(`${file} is no JSON: put it right, or delete it to begin anew`, { cause: error });
  }
}

const rounded = (_key: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 100) / 100 : value);
