// Puts together what an image holds: node assemble.mjs <empty folder> [--simulators]
// The same files come out of the same commit: packages as locked, compiled code, migrations, Node itself, all of one age and readable by anybody.
import { chmod, copyFile, cp, lstat, lutimes, mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { run } from '../embedded/processes.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAMS = 'deploy/container';
const SIMULATORS = ['salesforce', 'u8', 'esign', 'fasc', 'carrier', 'wecom', 'identity'].map((name) => `simulators/${name}`);
/** What of a workspace runs; its sources, tests and types stay behind. */
const PARTS = ['package.json', 'dist', 'migrations', 'proto'];
const NEVER_RUN = /(\.d\.[cm]?ts|\.map|\.tsbuildinfo)$/;

/** Fills `out`; the code has to be built. `madeAt` (seconds since 1970) becomes the age of every file. Throws when npm fails. */
export async function assemble(out, { simulators = false, madeAt }) {
  const { workspaces } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const wanted = simulators ? [PROGRAMS, ...SIMULATORS] : [PROGRAMS];
  await Promise.all(['package.json', 'package-lock.json', '.npmrc', 'LICENSE', ...workspaces.map((path) => `${path}/package.json`)].map((path) => copy(path, out)));
  await installInto(out, wanted);
  const used = await linkedFrom(out);
  const unused = workspaces.filter((path) => !used.has(path));
  await Promise.all(unused.map((path) => rm(join(out, path), { recursive: true })));
  await Promise.all([...new Set(unused.map(dirname))].filter((folder) => folder !== '.').map((folder) => rmdir(join(out, folder)).catch(() => {})));
  for (const path of used) await Promise.all(PARTS.map((part) => copy(`${path}/${part}`, out)));
  if (simulators) await copy('simulators/data', out);
  await mkdir(join(out, 'bin'));
  await copyFile(join(root, `node_modules/node-linux-${process.arch}/bin/node`), join(out, 'bin/node'));
  await Promise.all(['package-lock.json', '.npmrc', 'node_modules/.package-lock.json', 'node_modules/.bin'].map((path) => rm(join(out, path), { recursive: true, force: true })));
  await slim(join(out, 'node_modules'));
  await makeAlike(out, madeAt);
  // a volume that is mounted here takes on who may write: anybody, as in /tmp
  if (simulators) await mkdir(join(out, 'state')).then(() => chmod(join(out, 'state'), 0o1777));
}

async function installInto(out, wanted) {
  const npm = basename(process.env.npm_execpath ?? '') === 'npm-cli.js' ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const flags = ['--omit=dev', '--include=optional', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run([...npm, 'ci', ...flags, ...wanted.map((path) => `--workspace=${path}`)], { stdio: 'collect', cwd: out });
  if (code !== 0) throw new Error(`npm ci failed (exit ${code}):\n${output.trim()}`);
}

/** The workspaces that npm found to be needed. */
async function linkedFrom(out) {
  const { packages } = JSON.parse(await readFile(join(out, 'node_modules/.package-lock.json'), 'utf8'));
  return new Set(Object.values(packages).filter(({ link }) => link).map(({ resolved }) => resolved));
}

async function copy(path, out) {
  await mkdir(dirname(join(out, path)), { recursive: true });
  await cp(join(root, path), join(out, path), { recursive: true, filter: (file) => !NEVER_RUN.test(file) }).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function slim(folder) {
  await Promise.all((await readdir(folder, { withFileTypes: true })).map((entry) => {
    if (entry.isDirectory()) return slim(join(folder, entry.name));
    return entry.isFile() && NEVER_RUN.test(entry.name) ? rm(join(folder, entry.name)) : undefined;
  }));
}

async function makeAlike(path, madeAt) {
  const found = await lstat(path);
  if (found.isDirectory()) await Promise.all((await readdir(path)).map((name) => makeAlike(join(path, name), madeAt)));
  if (!found.isSymbolicLink()) await chmod(path, found.isDirectory() || basename(dirname(path)) === 'bin' ? 0o755 : 0o644);
  await lutimes(path, madeAt, madeAt);
}

/** SOURCE_DATE_EPOCH, or when the commit was made. */
async function ageOfSources() {
  if (process.env.SOURCE_DATE_EPOCH) return Number(process.env.SOURCE_DATE_EPOCH);
  const { code, output } = await run(['git', 'log', '-1', '--format=%ct'], { stdio: 'collect', cwd: root });
  return code === 0 ? Number(output) : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [out, ...flags] = process.argv.slice(2);
  if (out === undefined || flags.some((flag) => flag !== '--simulators')) {
    process.stderr.write('say where to: node assemble.mjs <empty folder> [--simulators]\n');
    process.exit(2);
  }
  await mkdir(out, { recursive: true });
  await assemble(resolve(out), { simulators: flags.includes('--simulators'), madeAt: await ageOfSources() });
}
