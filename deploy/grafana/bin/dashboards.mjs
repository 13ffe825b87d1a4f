// `npm run dashboards` writes, `npm run dashboards -- --check` compares. Runs from source: nothing else needs its output.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const { status } = spawnSync(process.execPath, ['--conditions=source', join(import.meta.dirname, '../src/main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
