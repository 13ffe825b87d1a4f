// `npm run sbom`: everything that a running mesh consists of, as CycloneDX. npm makes it itself, from what it installed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tell } from '../deploy/embedded/install.mjs';
import { run } from '../deploy/embedded/processes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const HELP = 'Usage: npm run sbom [-- <file>]\n\nWrites what a running mesh consists of as CycloneDX, to sbom.cdx.json when no file is named.\n';
const { values: { help }, positionals: [file = join(root, 'sbom.cdx.json')] } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
if (help) {
  process.stdout.write(HELP);
  process.exit();
}

const { code, output } = await run(['npm', 'sbom', '--sbom-format=cyclonedx', '--omit=dev', '--loglevel=error'], { stdio: 'collect', cwd: root });
if (code === 0) {
  const bom = JSON.parse(output);
  // npm calls the whole after the folder it lies in
  bom.metadata.component.name = 'order-mesh';
  await writeFile(file, `${JSON.stringify(bom, null, 2)}\n`);
  tell(`${bom.components.length} components written to ${file} (${bom.bomFormat} ${bom.specVersion})`);
} else tell(output.trim());
process.exitCode = code;
