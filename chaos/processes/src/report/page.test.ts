import { readFile } from 'node:fs/promises';
import { reliabilityPage } from './page.ts';
import { PAGE_FILE, readReports, REPORT_FILE } from './report-file.ts';

describe('docs/reliability.md', () => {
  it('says what the last reports say', async () => {
    expect(await readFile(PAGE_FILE, 'utf8')).toBe(reliabilityPage(await readReports(REPORT_FILE)));
  });
});
