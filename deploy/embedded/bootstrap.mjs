// Every npm script comes through here: node bootstrap.mjs <start|mesh|bench|chaos|operate|test|check|build|lint|contracts|metrics|security|dashboards|schema|sbom|audit> [arguments].
// It runs on Node 20 with nothing installed, makes ready what is missing, and hands over to the command on Node 24.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { ensureInstalled, environmentWith, findNode, tell } from './install.mjs';
import { endWithNpm, forwardSignals, interruption, run, tiedToParent } from './processes.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

const commands = {
  mesh: { script: 'cli/bin/mesh.mjs', builds: true },
  contracts: { script: 'contracts/bin/contracts.mjs', builds: false },
  metrics: { script: 'tools/metrics.mjs', builds: false },
  security: { script: 'tools/security.mjs', builds: false },
  dashboards: { script: 'deploy/grafana/bin/dashboards.mjs', builds: false },
  bench: { script: 'bench/bin/bench.mjs', builds: true },
  chaos: { script: 'chaos/processes/bin/chaos.mjs', builds: true },
  operate: { script: 'chaos/processes/bin/operate.mjs', builds: true },
  schema: { script: 'packages/testing/bin/schema.mjs', builds: true },
  sbom: { script: 'tools/sbom.mjs', builds: false },
  audit: { script: 'tools/audit.mjs', builds: false },
  build: { builds: true },
  // these two build or not as their parts need, and count what fails
  test: { script: 'tools/test.mjs', builds: false },
  check: { script: 'tools/check.mjs', builds: false },
  lint: { script: 'tools/lint.mjs', builds: false },
};

async function main([name, ...given]) {
  const args = name === 'start' ? ['up', '--demo', ...given] : given;
  const command = commands[name === 'start' ? 'mesh' : name];
  if (!command) {
    tell(`unknown command "${name ?? ''}"; known: start, ${Object.keys(commands).join(', ')}`);
    return 2;
  }
  if (!(await ensureInstalled(root))) return 1;
  const node = findNode(root);
  if (!node) return 1;
  const env = environmentWith(root, node);
  if (command.builds) {
    const { ok, output } = await build(root, env);
    if (!ok) tell(output.trim());
    if (!ok || interruption()) return 1;
  }
  if (!command.script) return 0;
  const { code, output } = await run(tiedToParent([node, join(root, command.script), ...args]), { env });
  if (code === 127) tell(`cannot start ${node}: ${output}`);
  handedOver = code !== 127;
  return code;
}

const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
let handedOver = false;
forwardSignals();
endWithNpm();
const code = await main(process.argv.slice(2));
// whoever counts tests reads the last line, even when none could run
if (process.argv[2] === 'test' && !handedOver) process.stdout.write('0 passed, 1 failed\n');
process.exitCode = handedOver ? code : (codes[interruption()] ?? code);
