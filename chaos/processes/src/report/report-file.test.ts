import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectReportFile } from './report-file.ts';

describe('the file of a report, before a run', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'order-mesh-report-')); });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('may be missing, and is not made', async () => {
    await expectReportFile(join(folder, 'new.json'));
    await expect(readFile(join(folder, 'new.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('must be JSON if it is there, and stays as it is', async () => {
    const file = join(folder, 'old.json');
    await writeFile(file, 'nonsense');
    await expect(expectReportFile(file)).rejects.toThrow(`${file} is no JSON: put it right, or delete it to begin anew`);
    expect(await readFile(file, 'utf8')).toBe('nonsense');
  });

  it('must lie in a folder that is there', async () => {
    await expect(expectReportFile(join(folder, 'none', 'new.json'))).rejects.toThrow(`${join(folder, 'none')} is no folder that can be written to: name another file by --report`);
  });
});
