import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runbooks } from './index.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const alerts = [...new Set([...read('deploy/prometheus/alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name))].sort();
const pages = readdirSync(join(ROOT, 'docs/runbooks')).filter((name) => name !== 'README.md').map((name) => name.replace('.md', '')).sort();

const promtool = (...args: readonly string[]) => spawnSync('promtool', args, { cwd: ROOT, encoding: 'utf8' });
const hasPromtool = promtool('--version').status === 0;

describe('the alerts', () => {
  it('have a runbook each, which says what it means, what to look at and what to do', () => {
    expect(pages).toEqual(alerts);
    for (const name of pages) {
      const text = read(`docs/runbooks/${name}.md`);
      expect(text.match(/^#+ .+$/gm)).toEqual([`# ${name}`, '## What it means', '## What to look at', '## What to do']);
      expect(text).toMatch(/`mesh \w+/);
      expect(read('docs/runbooks/README.md')).toContain(`[${name}](${name}.md)`);
    }
  });

  it('are where panels and metrics send whoever looks at them', () => {
    expect(runbooks.filter((name) => !alerts.includes(name))).toEqual([]);
    const named = [...read('docs/metrics.md').matchAll(/runbook (\w+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !alerts.includes(name))).toEqual([]);
  });

  it('have a test each', () => {
    const tested = new Set([...read('deploy/prometheus/alerts.test.yml').matchAll(/alertname: (\w+)/g)].map(([, name = '']) => name));
    expect(alerts.filter((name) => !tested.has(name))).toEqual([]);
  });

  (hasPromtool ? it : it.skip)(`go off when they should${hasPromtool ? '' : ' (no promtool on the PATH: apt-get install prometheus)'}`, () => {
    const { status, stdout, stderr } = promtool('test', 'rules', 'deploy/prometheus/alerts.test.yml');
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(status).toBe(0);
    expect(promtool('check', 'config', 'deploy/prometheus/prometheus.yml')).toMatchObject({ status: 0 });
  });
});
