// What the project runs on: its packages, exactly as locked, and Node 24.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { interruption, run } from './processes.mjs';

const NODE_MAJOR = 24;

/** Says on standard error what is going on; standard output belongs to the command. */
export const tell = (line) => process.stderr.write(`${line}\n`);

/** Installs the locked packages when node_modules is missing or differs from the lock. Returns false after saying why not. */
export async function ensureInstalled(root) {
  if (await isInstalled(root)) return true;
  const onWait = (pid) => tell(`waiting for process ${pid}, which installs the packages`);
  // beside node_modules, because npm ci empties that folder first
  return withLock(join(root, '.mesh', 'install.lock'), async () => (await isInstalled(root)) || install(root), { onWait });
}

async function install(root) {
  const started = Date.now();
  tell('installing packages (once; a few minutes on a slow line) ...');
  const npm = basename(process.env.npm_execpath ?? '') === 'npm-cli.js' ? [process.execPath, process.env.npm_execpath] : ['npm'];
  // a user's omit or loglevel setting must neither leave out what the build needs nor hide why it failed
  const flags = ['--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run([...npm, 'ci', ...flags], { stdio: 'collect', cwd: root });
  if (interruption()) return false;
  if (code !== 0) {
    // npm's own words, without the list of its options that it adds to some
    tell(`${output.split('npm error Usage:')[0].trim()}\nnpm ci failed (exit ${code}); see above, then run the command again`);
    return false;
  }
  tell(`packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
  return true;
}

/** npm's own record of what it put into node_modules, against the lock. */
async function isInstalled(root) {
  const [wanted, present] = await Promise.all([
    readPackages(join(root, 'package-lock.json')),
    readPackages(join(root, 'node_modules', '.package-lock.json')),
  ]);
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = present[path];
    if (!found) return mayBeLeftOut(entry);
    return found.version === entry.version && found.integrity === entry.integrity && found.link === entry.link;
  });
}

// npm leaves out what is for other platforms, and what nobody depends on any more
const mayBeLeftOut = ({ optional, devOptional, peer, extraneous, os, cpu }) => Boolean(optional || devOptional || peer || extraneous || os || cpu);

async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** The path of a Node 24 (or newer): the running one, else the one npm brought; undefined after saying what to install. */
export function findNode(root) {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const path = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(path)) return path;
  tell(`Order Mesh runs on Node ${NODE_MAJOR}, this is ${process.version}, and npm brings none for ${process.platform}-${process.arch}: install Node ${NODE_MAJOR} and run the command again`);
  return undefined;
}

/** The environment in which every `node` is that one, and every tool of the project is found. */
export const environmentWith = (root, node) => ({
  ...process.env,
  PATH: [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(process.platform === 'win32' ? ';' : ':'),
});
