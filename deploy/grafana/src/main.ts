import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { files } from './index.ts';

const FOLDER = join(import.meta.dirname, '../dashboards');

/** Writes the dashboards, or with `--check` only compares them with what is committed. Gives the exit code. */
function main(onlyCheck: boolean): number {
  const stale = files.filter(({ name, text }) => written(name) !== text);
  for (const { name } of stale) process.stdout.write(onlyCheck ? `deploy/grafana/dashboards/${name} is not what the code says: run \`npm run dashboards\` and commit it\n` : `wrote ${name}\n`);
  if (onlyCheck) return stale.length === 0 ? 0 : 1;
  mkdirSync(FOLDER, { recursive: true });
  for (const { name, text } of stale) writeFileSync(join(FOLDER, name), text);
  return 0;
}

function written(name: string): string | null {
  try {
    return readFileSync(join(FOLDER, name), 'utf8');
  } catch {
    return null;
  }
}

process.exitCode = main(process.argv.includes('--check'));
