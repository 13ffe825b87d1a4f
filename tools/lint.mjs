// `npm run lint`: the rules of writing and of who may know whom; arguments go to eslint.
import { architecture, lint, runParts } from './parts.mjs';
import { inRun } from './run.mjs';

const asked = { ...lint, command: [...lint.command, ...process.argv.slice(2)] };
await inRun((run) => runParts([asked, architecture], 2, run));
