// What is checked, and how one part of it is run and told about.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { interruption, run } from '../deploy/embedded/processes.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
const LINES_TOLD = 25;
const LETTERS_TOLD = 300;
const tool = (path) => join(root, 'node_modules', path);

export const types = { name: 'types', command: ['node', tool('@typescript/native/bin/tsc'), '-p', 'tsconfig.check.json'] };
export const lint = { name: 'lint', command: ['node', tool('eslint/bin/eslint.js'), '.', '--cache', '--cache-strategy=content', '--cache-location=node_modules/.cache/eslint/'] };
export const architecture = { name: 'architecture', command: ['node', 'tools/architecture.mjs'] };
export const migrations = { name: 'migrations', command: ['node', 'tools/migrations.mjs'] };
export const secrets = { name: 'secrets', command: ['node', 'tools/secrets.mjs'] };
export const supplyChain = { name: 'supply chain', command: ['node', 'tools/supply-chain.mjs'] };
export const contracts = { name: 'contracts', command: ['node', 'contracts/bin/contracts.mjs', '--check'] };
/** docs/metrics.md is what the code declares. */
export const metrics = { name: 'metrics', command: ['node', 'tools/metrics.mjs', '--check'] };
/** docs/security.md is what tests are called that hold a promise. */
export const security = { name: 'security', command: ['node', 'tools/security.mjs', '--check'] };
export const unitTests = (args) => jest('unit', args, [`--maxWorkers=${availableParallelism()}`]);
/** Shown while they run: they take minutes, most of which they wait, so two at a time on two cores. Whatever a test leaves open must not keep the run from ending. */
export const serviceTests = (args) => ({ ...jest('service', args, ['--forceExit', `--maxWorkers=${availableParallelism()}`]), live: true });
/** The same, one after the other and with nothing beside them. */
export const testsAlone = (args) => ({ ...jest('alone', args, ['--forceExit', '--runInBand']), name: 'tests that need the machine', live: true });

function jest(project, args, flags) {
  const node = ['node', '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', tool('jest/bin/jest.js')];
  const chosen = args.length > 0 ? [...args, '--passWithNoTests'] : [];
  return {
    name: `${project} tests`,
    command: [...node, ...chosen, `--cacheDirectory=${tool('.cache/jest')}`, ...flags, '--selectProjects', project],
    report: `${project}.json`,
  };
}

/** Runs the parts, at most `atOnce` at a time, and resolves to their results in the order given. */
export async function runParts(parts, atOnce, { dir, env }) {
  const results = [];
  const waiting = parts.entries();
  const worker = async () => {
    for (const [index, part] of waiting) results[index] = await runPart(part, { dir, env });
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** Runs one part, says how it went, and shows what it printed when it failed. */
export async function runPart({ name, command, report, live }, { dir, env }) {
  if (interruption()) return { name, passed: 0, failed: 1 };
  const started = Date.now();
  const reportFile = report && join(dir, report);
  const full = report ? [...command, '--json', `--outputFile=${reportFile}`] : command;
  const { code, output } = await run(full, { stdio: live ? ['ignore', 2, 2] : 'collect', cwd: root, env });
  const result = { name, ...(report ? await countTests(reportFile, code) : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }) };
  tell(result, { seconds: (Date.now() - started) / 1000, output, report });
  return result;
}

export function tell({ name, passed, failed }, { seconds, output, report }) {
  const count = !report && passed + failed === 1 ? '' : ` (${passed} passed, ${failed} failed)`;
  process.stdout.write(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name}${count}, ${seconds.toFixed(1)} s\n`);
  if (failed > 0 && output) process.stdout.write(`${output.trimEnd()}\n`);
}

/** A file that could not run counts as one failure, and so does whatever else made jest fail. */
async function countTests(reportFile, code) {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults } = JSON.parse(await readFile(reportFile, 'utf8'));
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed, failures: testResults.flatMap(failuresOf) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** What failed in one file, a test each with the first lines of why, for the end of a long output. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${file}\n${firstLines(message)}`] : [];
  return failed.map(({ fullName, failureMessages }) => `${file} > ${fullName}\n${firstLines(failureMessages[0] ?? '')}`);
}

function firstLines(text) {
  return stripVTControlCharacters(text).split('\n').filter((line) => line.trim()).slice(0, LINES_TOLD).map((line) => `    ${line.trim().slice(0, LETTERS_TOLD)}`).join('\n');
}
