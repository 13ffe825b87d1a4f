// `npm run check`: all that needs no server, in seconds.
import { architecture, contracts, lint, metrics, migrations, runParts, secrets, security, supplyChain, types, unitTests } from './parts.mjs';
import { inRun } from './run.mjs';

const AT_ONCE = 2;

await inRun((run) => runParts([unitTests([]), lint, types, architecture, contracts, metrics, migrations, secrets, supplyChain, security], AT_ONCE, run));
