import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { files, queries } from './index.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = join(ROOT, 'deploy/grafana/dashboards');

describe('the dashboards', () => {
  it('are what the code says: npm run dashboards writes them', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(files.map(({ name }) => name).sort());
    for (const { name, text } of files) expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(text);
  });

  it('ask for nothing that no process tells', () => {
    const page = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');
    const recorded = readFileSync(join(ROOT, 'deploy/prometheus/recording.yml'), 'utf8');
    const names = new Set(queries.flatMap(({ expr }) => expr.match(/\bmesh[_:][\w:]+/g) ?? []));
    const isKnown = (name: string): boolean => (name.includes(':') ? recorded.includes(`record: ${name}\n`) : page.includes(`| \`${name.replace(/_(bucket|sum|count)$/, '')}\` |`));
    expect([...names].filter((name) => !isKnown(name))).toEqual([]);
  });
});
