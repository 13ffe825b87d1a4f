// `npm run contracts` regenerates, `npm run contracts -- --check` compares. Runs from source: the build needs its output.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../src/generator/main.ts');
const { status } = spawnSync(process.execPath, ['--conditions=source', main, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
