// Holds packages to what tools/supply-chain.json allows: node tools/supply-chain.mjs [another root]
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

const { licences, otherLicences, installScripts } = read('tools/supply-chain.json');
const { packages } = read('package-lock.json');
const foreign = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link).map(([path, entry]) => ({ ...entry, path, name: path.slice(path.lastIndexOf('node_modules/') + 13) }));
const workspaces = ['', ...Object.keys(packages).filter((path) => path !== '' && !path.includes('node_modules/'))];

const complaints = [...workspaces.flatMap(loosePins), ...foreign.flatMap(unsealed), ...scripts(), ...foreign.flatMap(foreignLicences), ...unused()];
for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
process.stdout.write(`${workspaces.length} workspaces and ${foreign.length} packages seen, ${complaints.length} complaints\n`);
process.exitCode = complaints.length > 0 || foreign.length === 0 ? 1 : 0;

/** Every package by one version, so that an update is a change that somebody sees. */
function loosePins(workspace) {
  const file = join(workspace, 'package.json');
  const described = read(file);
  const pins = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'].flatMap((kind) => Object.entries(described[kind] ?? {}));
  return pins.filter(([, version]) => !/^(npm:(@[^/]+\/)?[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)).map(([name, version]) => `${file}: ${name} is pinned to no version: ${JSON.stringify(version)}`);
}

/** What npm ci puts in place is what was looked at. */
function unsealed({ path, integrity }) {
  return /^sha512-/.test(integrity ?? '') ? [] : [`package-lock.json: ${path} has no checksum`];
}

function scripts() {
  const settings = existsSync(join(root, '.npmrc')) ? readFileSync(join(root, '.npmrc'), 'utf8') : '';
  const off = /^ignore-scripts=true$/m.test(settings) ? [] : ['.npmrc: install scripts are not off (ignore-scripts=true)'];
  const unknown = foreign.filter(({ hasInstallScript, name }) => hasInstallScript && !ruleFor(name)).map(({ name }) => `${name} has an install script, and tools/supply-chain.json does not say why it may be left out`);
  return [...off, ...unknown];
}

function ruleFor(name) {
  return Object.entries(installScripts).find(([rule, reason]) => reason && covers(rule, name));
}

function covers(rule, name) {
  return rule === name || (rule.endsWith('/*') && name.startsWith(rule.slice(0, -1)));
}

function foreignLicences({ name, license: stated }) {
  const other = otherLicences[name];
  if (other?.reason && (stated === undefined || stated === other.licence)) return [];
  if (stated && isAllowed(stated)) return [];
  return [`${name} is under ${stated ?? 'no licence that it names'}, which tools/supply-chain.json does not allow`];
}

/** `A OR B` leaves a choice, `A AND B` none. */
function isAllowed(expression) {
  const words = expression.replace(/[()]/g, ' ');
  return words.split(/\sOR\s/).some((choice) => choice.split(/\sAND\s/).every((one) => licences.includes(one.trim())));
}

/** An exception that nothing needs any more would let the next one through. */
function unused() {
  const names = new Set(foreign.map(({ name }) => name));
  const scripted = foreign.filter(({ hasInstallScript }) => hasInstallScript);
  return [
    ...Object.keys(otherLicences).filter((name) => !names.has(name)).map((name) => `tools/supply-chain.json: ${name} is no package of ours any more`),
    ...Object.keys(installScripts).filter((rule) => !scripted.some(({ name }) => covers(rule, name))).map((rule) => `tools/supply-chain.json: ${rule} has no install script any more`),
  ];
}
