import { readFile } from 'node:fs/promises';
import { reliabilityPage, type Reports } from './page.ts';
import type { ChaosReport } from './report.ts';
import { PAGE_FILE, readReports, REPORT_FILE, withReport } from './report-file.ts';

async function lastSoak(): Promise<ChaosReport> {
  const { t2 } = await readReports(REPORT_FILE);
  if (!t2) throw new Error('no soak has been published');
  return t2;
}

describe('docs/reliability.md', () => {
  it('says what the last reports say', async () => {
    expect(await readFile(PAGE_FILE, 'utf8')).toBe(reliabilityPage(await readReports(REPORT_FILE)));
  });

  it('goes on telling of a soak that a later one has taken the place of, and of each seed once', async () => {
    const t2 = await lastSoak();
    const seeds = ({ t2: last, soaks = [] }: Reports) => [last?.seed, ...soaks.map(({ seed }) => seed)];
    const once = withReport({}, { ...t2, seed: 7 });
    const twice = withReport(once, { ...t2, seed: 5 });
    expect([seeds(once), seeds(twice), seeds(withReport(twice, { ...t2, seed: 7 }))]).toEqual([[7], [5, 7], [7, 5]]);
    expect(reliabilityPage(twice)).toContain('## T2: the runs before');
  });

  it('tells what the machine was like, where that is known', async () => {
    const t2 = await lastSoak();
    const page = reliabilityPage({ t2: { ...t2, pace: { yardstickMs: 212.4, busy: 0.873 } } });
    expect(page).toContain('one core took 212 ms for a fixed piece of work before the run; the processors were busy 87 % of the time during it');
  });
});
