// Holds the sources against .dependency-cruiser.mjs: node tools/architecture.mjs [another root]
import { readdir } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';

const ROOMS = ['bench', 'chaos', 'cli', 'contracts', 'deploy', 'packages', 'services', 'simulators', 'tools', 'verify'];
const NOT_OURS = new Set(['node_modules', 'dist', '.mesh']);

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const present = await readdir('.');
const rooms = ROOMS.filter((room) => present.includes(room));
const onDisk = (await Promise.all(rooms.map(sourcesIn))).flat();
const { resolve: resolveOptions, ...options } = { ...config.options, resolve: config.options.enhancedResolveOptions };
const { output } = await cruise(rooms, { ...options, baseDir: resolve(root), ruleSet: { forbidden: config.forbidden }, validate: true }, resolveOptions);

const seen = new Set(output.modules.map(({ source }) => source));
// dependency-cruiser reads no TypeScript when it can't use the compiler it finds, and calls that a success
const unseen = onDisk.filter((file) => !seen.has(file));

for (const { rule, from, to } of output.summary.violations) process.stdout.write(`${rule.name}: ${from} -> ${to}\n`);
const doubled = (await Promise.all([...rooms, 'docs'].filter((room) => present.includes(room)).map(numberedTwiceIn))).flat();
for (const file of doubled) process.stdout.write(`one-number-once: ${file}\n`);
for (const file of unseen) process.stdout.write(`unseen: ${file}\n`);
process.stdout.write(`${onDisk.length - unseen.length} of ${onDisk.length} TypeScript files seen, ${output.summary.violations.length + doubled.length} violations\n`);
process.exitCode = output.summary.violations.length + doubled.length + unseen.length > 0 || onDisk.length === 0 ? 1 : 0;

async function sourcesIn(dir) {
  const entries = await readdir(dir, { withFileTypes: true });
  const found = await Promise.all(entries.map((entry) => {
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : sourcesIn(`${dir}/${entry.name}`);
    return entry.name.endsWith('.ts') ? [`${dir}/${entry.name}`.replaceAll(sep, '/')] : [];
  }));
  return found.flat();
}

/** Migrations and decisions whose number another file of their folder has, too: two changes that were made side by side. */
async function numberedTwiceIn(dir) {
  const entries = await readdir(dir, { withFileTypes: true });
  const numbers = new Map();
  for (const { name } of entries) {
    const number = /^\d{4}(?=-)/.exec(name)?.[0];
    if (number) numbers.set(number, [...numbers.get(number) ?? [], `${dir}/${name}`]);
  }
  const deeper = entries.filter((entry) => entry.isDirectory() && !NOT_OURS.has(entry.name)).map(({ name }) => numberedTwiceIn(`${dir}/${name}`));
  return [...[...numbers.values()].filter((files) => files.length > 1).flat(), ...(await Promise.all(deeper)).flat()];
}
