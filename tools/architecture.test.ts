import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A small mesh in which everything is where it belongs. */
const HEALTHY: Readonly<Record<string, string>> = {
  'packages/kernel/src/index.ts': `export * from './money.ts';`,
  'packages/kernel/src/money.ts': 'export type Fen = bigint;',
  'packages/saga/src/index.ts': `export type { Fen } from '@order-mesh/kernel';`,
  'packages/platform/src/index.ts': 'export interface Log { info(line: string): void } export const boot = 1;',
  'services/credit/src/domain/hold.ts': `import type { Fen } from '@order-mesh/kernel'; export interface Hold { amount: Fen }`,
  'services/credit/src/usecases/ports.ts': `import type { Log } from '@order-mesh/platform'; export interface Ports { log: Log }`,
  'services/credit/src/usecases/check.ts': `import type { Hold } from '../domain/hold.ts'; import type { Ports } from './ports.ts'; export type Check = (ports: Ports) => Hold;`,
  'services/credit/src/outbound/pg-book.ts': `import type { Ports } from '../usecases/ports.ts'; export const book = (ports: Ports) => ports;`,
  'services/credit/src/inbound/controller.ts': `import { Module } from '@nestjs/common'; export const module = Module;`,
  'services/credit/src/index.ts': `export * from './inbound/controller.ts';`,
  'services/finance/src/index.ts': 'export const finance = 1;',
};

function examine(planted: Readonly<Record<string, string>>): { readonly status: number | null; readonly lines: readonly string[] } {
  const dir = mkdtempSync(join(tmpdir(), 'order-mesh-architecture-'));
  try {
    for (const [file, text] of Object.entries({ ...HEALTHY, ...planted })) write(join(dir, file), text);
    for (const name of ['kernel', 'saga', 'platform']) linkPackage(dir, name, `packages/${name}`);
    for (const name of ['credit', 'finance']) linkPackage(dir, name, `services/${name}`);
    write(join(dir, 'node_modules/@nestjs/common/package.json'), JSON.stringify({ name: '@nestjs/common', type: 'module', exports: './index.js' }));
    write(join(dir, 'node_modules/@nestjs/common/index.js'), 'export const Module = 1;');
    const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'tools/architecture.mjs'), dir], { encoding: 'utf8' });
    return { status, lines: stdout.trim().split('\n') };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function linkPackage(dir: string, name: string, folder: string): void {
  write(join(dir, folder, 'package.json'), JSON.stringify({ name: `@order-mesh/${name}`, type: 'module', exports: { '.': { source: './src/index.ts' } } }));
  mkdirSync(join(dir, 'node_modules/@order-mesh'), { recursive: true });
  symlinkSync(join(dir, folder), join(dir, 'node_modules/@order-mesh', name));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** One planted mistake: the rule it breaks, what it is, the folder it lies in, and the line that does it. */
type Planted = readonly [rule: string, what: string, folder: string, text: string];

const PLANTED: readonly Planted[] = [
  ['domain-is-pure', 'a domain that asks the platform', 'services/credit/src/domain', `import { boot } from '@order-mesh/platform'; export const bad = boot;`],
  ['domain-is-pure', 'a domain that knows its use cases', 'services/credit/src/domain', `import type { Ports } from '../usecases/ports.ts'; export type Bad = Ports;`],
  ['domain-is-pure', 'a domain that reads a file', 'services/credit/src/domain', `import { readFileSync } from 'node:fs'; export const bad = readFileSync;`],
  ['saga-is-pure', 'a saga machine with a database', 'packages/saga/src', `import { boot } from '@order-mesh/platform'; export const bad = boot;`],
  ['rules-are-pure', 'rules that ask the platform', 'packages/rules/src', `import { boot } from '@order-mesh/platform'; export const bad = boot;`],
  ['kernel-stands-alone', 'a kernel that leans on a package', 'packages/kernel/src', `import type { Log } from '@order-mesh/platform'; export type Bad = Log;`],
  ['usecases-know-ports', 'a use case that calls PostgreSQL itself', 'services/credit/src/usecases', `import { book } from '../outbound/pg-book.ts'; export const bad = book;`],
  ['usecases-know-ports', 'a use case that boots the platform', 'services/credit/src/usecases', `import { boot } from '@order-mesh/platform'; export const bad = boot;`],
  ['usecases-know-port-types', 'a use case typed by its adapter', 'services/credit/src/usecases', `import type { book } from '../outbound/pg-book.ts'; export type Bad = typeof book;`],
  ['no-peeking', 'a service that uses another', 'services/credit/src/outbound', `import { finance } from '@order-mesh/finance'; export const bad = finance;`],
  ['front-door-only', 'a way around a package\'s name', 'services/credit/src/outbound', `import type { Fen } from '../../../../packages/kernel/src/money.ts'; export type Bad = Fen;`],
  ['found', 'a way into a package past its front door', 'services/credit/src/outbound', `import type { Fen } from '@order-mesh/kernel/src/money.ts'; export type Bad = Fen;`],
  ['no-cycles', 'a file that needs itself', 'services/credit/src/outbound', `export * from './bad-12.ts';`],
  ['nest-at-the-border', 'an adapter that is a Nest provider', 'services/credit/src/outbound', `import { Module } from '@nestjs/common'; export const bad = Module;`],
];

const fileOf = (index: number): string => `${PLANTED[index]?.[2]}/bad-${index}.ts`;

describe('the architecture rules', () => {
  it('see every TypeScript file and find nothing to say about a healthy mesh', () => {
    const files = Object.keys(HEALTHY).length;
    expect(examine({})).toEqual({ status: 0, lines: [`${files} of ${files} TypeScript files seen, 0 violations`] });
  }, 20_000);

  describe('bite:', () => {
    let broken: readonly string[];
    beforeAll(() => {
      const { status, lines } = examine(Object.fromEntries(PLANTED.map(([, , , text], index) => [fileOf(index), text])));
      expect(status).toBe(1);
      broken = lines;
    }, 20_000);

    it.each(PLANTED.map((planted, index) => [planted[0], planted[1], index] as const))('%s catches %s', (rule, _what, index) => {
      expect(broken.filter((line) => line.includes(`: ${fileOf(index)} -> `)).map((line) => line.split(':')[0])).toEqual([rule]);
    });
  });

  it('catches two migrations, and two decisions, that took the same number', () => {
    const folders = ['services/credit/migrations', 'docs/adr'];
    const { status, lines } = examine(Object.fromEntries(folders.flatMap((folder) => ['0001-a.sql', '0002-b.sql', '0002-c.sql'].map((file) => [`${folder}/${file}`, '']))));
    expect(status).toBe(1);
    expect(lines.slice(0, -1)).toEqual(folders.flatMap((folder) => ['0002-b.sql', '0002-c.sql'].map((file) => `one-number-once: ${folder}/${file}`)));
  }, 20_000);
});

describe('the rule on environment variables', () => {
  const complaints = (file: string, text: string): readonly string[] => {
    const { stdout } = spawnSync(process.execPath, [join(ROOT, 'node_modules/eslint/bin/eslint.js'), '--stdin', '--stdin-filename', file, '--format', 'json'], { cwd: ROOT, input: text, encoding: 'utf8' });
    const [result]: { messages: { ruleId: string }[] }[] = JSON.parse(stdout);
    return result?.messages.map(({ ruleId }) => ruleId) ?? [];
  };

  it('lets config read them and nobody else', () => {
    const read = 'export const limit = process.env[\'LIMIT\'];\n';
    expect(complaints('services/credit/src/config.ts', read)).toEqual([]);
    expect(complaints('services/credit/src/usecases/check-credit.ts', read)).toEqual(['no-restricted-properties']);
  }, 20_000);

  it('knows the ways around', () => {
    const around = 'import { env } from \'node:process\';\nconst { env: same } = process;\nexport const limit = [env, same];\n';
    expect(complaints('packages/saga/src/advance.ts', around)).toEqual(['no-restricted-imports', 'no-restricted-properties']);
  }, 20_000);
});
