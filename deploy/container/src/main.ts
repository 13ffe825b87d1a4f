import { MeshError } from '@order-mesh/kernel';
import { programNamed, programNames } from './programs.ts';

const [name = ''] = process.argv.slice(2);
const program = programNamed(name, process.env);
if (program === undefined) {
  process.stderr.write(`say which program is to run: ${programNames.join(', ')}; got "${name}"\n`);
  process.exitCode = 2;
} else {
  await program().catch((error: unknown) => {
    process.stderr.write(`${name}: ${error instanceof MeshError ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    process.exitCode = 1;
  });
}
