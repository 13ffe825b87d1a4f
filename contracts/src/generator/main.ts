import { join } from 'node:path';
import { MeshError } from '@order-mesh/kernel';
import { readIfThere, readSchemaFiles, write } from './files.ts';
import { outputsOf, REGISTRY } from './outputs.ts';

const project = join(import.meta.dirname, '../../..');

/** Writes what follows from the schemas, or with `--check` only compares it with what is committed. Gives the exit code. */
function main(onlyCheck: boolean): number {
  const outputs = outputsOf(readSchemaFiles(join(project, 'contracts')), readIfThere(join(project, REGISTRY)));
  const stale = outputs.filter(({ path, text }) => readIfThere(join(project, path)) !== text);
  if (onlyCheck) {
    for (const { path } of stale) process.stderr.write(`${path} is not what the schemas say: run \`npm run contracts\` and commit it\n`);
    if (stale.length === 0) process.stdout.write(`contracts: ${outputs.length} generated files are fresh, every version reads every other\n`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const { path, text } of stale) write(join(project, path), text);
  process.stdout.write(stale.length === 0 ? 'contracts: nothing changed\n' : `contracts: wrote ${stale.map(({ path }) => path).join(', ')}\n`);
  return 0;
}

try {
  process.exitCode = main(process.argv.includes('--check'));
} catch (error) {
  if (!(error instanceof MeshError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
