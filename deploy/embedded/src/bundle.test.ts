import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundle } from '../bundle.mjs';

const installed = (name: string): string => resolve(import.meta.dirname, '../../../node_modules', name);

let root: string;
const inRoot = (...path: readonly string[]): string => join(root, ...path);
const made = (): ReturnType<typeof bundle> => bundle(root, { entry: 'shop/main.js', out: 'shop/bundle' });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bundle-test-'));
  for (const folder of ['shop/tables', 'node_modules/.cache/order-mesh', 'node_modules/priced', 'node_modules/kafkajs', 'node_modules/priced/node_modules/kafkajs']) mkdirSync(inRoot(folder), { recursive: true });
  for (const name of ['esbuild', 'ajv']) symlinkSync(installed(name), inRoot('node_modules', name));
  writeFileSync(inRoot('shop/tables/prices.txt'), 'tea 30');
  writeFileSync(inRoot('shop/tables/prices.js'), `import { readFileSync } from 'node:fs';\nexport const prices = readFileSync(new URL('./prices.txt', import.meta.url), 'utf8');\n`);
  writeFileSync(inRoot('shop/fail.js'), `//\n//\nexport function fail() { throw new Error('sold out'); }\n`);
  writeFileSync(inRoot('node_modules/priced/package.json'), '{ "name": "priced", "version": "1.0.0", "main": "index.js" }');
  writeFileSync(inRoot('node_modules/priced/index.js'), 'exports.currency = "CNY";');
  program(`import { currency } from 'priced';\nimport { prices } from './tables/prices.js';\nprocess.stdout.write(prices + ' ' + currency);`);
});
afterEach(() => { rmSync(root, { recursive: true }); });

const program = (text: string): void => { writeFileSync(inRoot('shop/main.js'), text); };

function run(): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, ['--enable-source-maps', inRoot('shop/bundle/main.mjs')], { encoding: 'utf8', env: {} });
}

describe('a bundle', () => {
  it('does what its modules do, wherever they look for files', async () => {
    expect(await made()).toEqual({ ok: true, output: '' });
    expect(run().stdout).toBe('tea 30 CNY');
  });

  it('tells an error where it is in its module, and keeps no lines of packages', async () => {
    program(`import { currency } from 'priced';\nimport { fail } from './fail.js';\nprocess.stdout.write(currency);\nfail();`);
    await made();
    expect(run().stderr).toContain(`${inRoot('shop/fail.js')}:3:`);
    const { sources } = JSON.parse(readFileSync(inRoot('shop/bundle/main.mjs.map'), 'utf8'));
    expect(sources.sort()).toEqual(['', '../fail.js', '../main.js']);
  });

  it('does not take the lines of packages for ours', async () => {
    writeFileSync(inRoot('node_modules/priced/index.js'), 'export function refuse() { throw new Error("no price"); }');
    program(`import { fail } from './fail.js';\nimport { refuse } from 'priced';\nif (process.argv.length < 0) fail();\nrefuse();`);
    await made();
    const frames = String(run().stderr).split('\n').filter((line) => line.trimStart().startsWith('at '));
    expect(frames.find((frame) => frame.includes('refuse'))).toContain(inRoot('shop/bundle/main.mjs'));
    expect(frames.some((frame) => frame.includes(`${inRoot('shop/main.js')}:4:`))).toBe(true);
  });

  it('compiles the schemas of the Kafka client when they are first asked, and asks them as they are', async () => {
    program(`import { Ajv2020 } from 'ajv/dist/2020.js';\nconst ajv = new Ajv2020();\nconst unknown = ajv.compile({ type: 'coin' });\nconst whole = ajv.compile({ type: 'integer' });\n`
      + `process.stdout.write(JSON.stringify([whole(1), whole.errors, whole('1'), whole.errors[0].message]));\nunknown(1);`);
    await made();
    const { stdout, stderr } = run();
    expect(stdout).toBe('[true,null,false,"must be integer"]');
    expect(stderr).toContain('type must be JSONType');
  });

  it('loads of a built-in module what is used of it', async () => {
    program(`import http, { STATUS_CODES } from 'node:http';\nimport * as fs from 'fs';\nprocess.stdout.write([STATUS_CODES[404], typeof http.request, typeof fs.readFile, process.moduleLoadList.some((name) => name.includes('undici'))].join());`);
    await made();
    expect(run().stdout).toBe('Not Found,function,function,false');
  });

  it('holds a module as it was changed, and is made again when it is changed otherwise', async () => {
    const changed = (price: string): ReturnType<typeof bundle> =>
      bundle(root, { entry: 'shop/main.js', out: 'shop/bundle', changes: new Map([['shop/main.js', (source) => source.replace('prices +', `prices.replace('30', '${price}') +`)]]) });
    await changed('31');
    expect(run().stdout).toBe('tea 31 CNY');
    await changed('32');
    expect(run().stdout).toBe('tea 32 CNY');
  });

  it('is refused for a change of a module that is no part of it', async () => {
    const { ok, output } = await bundle(root, { entry: 'shop/main.js', out: 'shop/bundle', changes: new Map([['shop/fail.js', (source) => `${source}//`]]) });
    expect([ok, output]).toEqual([false, expect.stringContaining('shop/fail.js was to be changed, and is no part of shop/main.js')]);
  });

  it('is left alone until a file of it changes, and then holds nothing of before', async () => {
    await made();
    const first = statSync(inRoot('shop/bundle/main.mjs')).mtimeMs;
    await made();
    expect(statSync(inRoot('shop/bundle/main.mjs')).mtimeMs).toBe(first);
    program(`const { prices } = await import('./tables/prices.js');\nprocess.stdout.write('now ' + prices);`);
    await made();
    expect(run().stdout).toBe('now tea 30');
    expect(readdirSync(inRoot('shop/bundle'))).toHaveLength(4);
    program(`process.stdout.write('closed');`);
    await made();
    expect(run().stdout).toBe('closed');
    expect(readdirSync(inRoot('shop/bundle')).sort()).toEqual(['main.mjs', 'main.mjs.map']);
  });

  it('is made again when somebody took a part away', async () => {
    await made();
    rmSync(inRoot('shop/bundle'), { recursive: true });
    await made();
    expect(run().stdout).toBe('tea 30 CNY');
  });

  it.each([
    ['a file that is not there', `import './nowhere.js';`, 'Could not resolve "./nowhere.js"'],
    ['a place that it cannot tell', `process.stdout.write(import.meta.dirname);`, 'asks for import.meta.dirname; a bundle answers import.meta.url only'],
    ['another version of what stays apart', `import 'priced';`, 'kafkajs stays apart'],
  ])('is refused for %s', async (_, text, reason) => {
    writeFileSync(inRoot('node_modules/priced/index.js'), 'require("kafkajs");');
    program(text);
    const { ok, output } = await made();
    expect(ok).toBe(false);
    expect(output).toContain(reason);
  });
});
