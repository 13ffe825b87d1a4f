// `npm run sbom`: everything that a running mesh consists of, as CycloneDX. npm makes it itself, from what it installed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tell } from '../deploy/embedded/install.mjs';
import { run } from '../deploy/embedded/processes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = process.argv[2] ?? join(root, 'sbom.cdx.json');

const { code, output } = await run(['npm', 'sbom', '--sbom-format=cyclonedx', '--omit=dev', '--loglevel=error'], { stdio: 'collect', cwd: root });
if (code === 0) {
  const bom = JSON.parse(output);
  // npm calls the whole after the folder it lies in
  bom.metadata.component.name = 'order-mesh';
  await writeFile(file, `${JSON.stringify(bom, null, 2)}\n`);
  tell(`${bom.components.length} components written to ${file} (${bom.bomFormat} ${bom.specVersion})`);
} else tell(output.trim());
process.exitCode = code;
