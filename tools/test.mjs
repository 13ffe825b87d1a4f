// `npm test`: everything, from types to whole services on a real Kafka and a real PostgreSQL.
// Arguments choose test files by path, as jest does, and then only tests are run.
import { build } from '../deploy/embedded/build.mjs';
import { run as runCommand } from '../deploy/embedded/processes.mjs';
import { architecture, contracts, lint, metrics, migrations, root, runPart, runParts, secrets, security, serviceTests, supplyChain, tell, testsAlone, types, unitTests } from './parts.mjs';
import { inRun } from './run.mjs';

const chosen = process.argv.slice(2);
const AT_ONCE = 2;

await inRun(async (run) => {
  const built = await buildPart(run);
  const checks = chosen.length > 0 ? [unitTests(chosen)] : [unitTests([]), lint, types, architecture, contracts, metrics, migrations, secrets, supplyChain, security];
  const [checked] = await Promise.all([runParts(checks, AT_ONCE, run), prepareServers(run)]);
  if (built.failed > 0) return [built, ...checked];
  return [built, ...checked, await runPart(serviceTests(chosen), run), await runPart(testsAlone(chosen), run)];
});

async function buildPart({ env }) {
  const started = Date.now();
  const { ok, output } = await build(root, env);
  const result = { name: ok ? 'build' : 'build (so no service test was run)', passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
  tell(result, { seconds: (Date.now() - started) / 1000, output });
  return result;
}

// downloads and class archive once, before tests with time limits would have to wait for them; those fail by themselves without it
async function prepareServers({ env }) {
  const prepare = `import { prepareKafka } from '@order-mesh/embedded'; await prepareKafka((line) => console.error(line));`;
  await runCommand(['node', '--conditions=source', '--input-type=module', '--eval', prepare], { stdio: ['ignore', 2, 2], cwd: root, env });
}
