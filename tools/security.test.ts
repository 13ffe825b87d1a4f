import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOOL = fileURLToPath(new URL('security.mjs', import.meta.url));
const numbers = Array.from({ length: 28 }, (_, index) => `S${index + 1}`);
const FILE = 'services/gateway/src/all.test.ts';
const PAGE = 'docs/security.md';

interface Told {
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly page: string;
}

const named = (...titles: readonly string[]): string => titles.map((title) => `it(${JSON.stringify(title)}, () => {});`).join('\n');
const complete = named(...numbers.map((number) => `${number}: holds`));

/** What the tool says of these tests, first writing the page and then, with what is changed later, comparing it. */
function told(files: Readonly<Record<string, string>>, later: Readonly<Record<string, string>> = {}): Told {
  const dir = mkdtempSync(join(tmpdir(), 'order-mesh-security-'));
  const run = (...args: readonly string[]) => spawnSync(process.execPath, [TOOL, ...args, dir], { encoding: 'utf8' });
  const write = ([file, text]: readonly [string, string]): void => {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  };
  try {
    Object.entries({ 'docs/.keep': '', ...files }).forEach(write);
    run();
    Object.entries(later).forEach(write);
    const { status, stdout } = run('--check');
    return { status, lines: stdout.trim().split('\n'), page: readFileSync(join(dir, PAGE), 'utf8') };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe('the list of what security promises', () => {
  it('has a test for each number', () => {
    const { status, lines, page } = told({ [FILE]: complete });
    expect({ status, lines }).toEqual({ status: 0, lines: [`${numbers.length} named tests in 1 files, 0 problems`] });
    expect(page.split('\n').filter((line) => line.startsWith('| S'))).toHaveLength(28);
    expect(page).toContain(`| [${FILE}](../${FILE}) | holds |`);
  });

  it('knows tests by whatever they are written with', () => {
    const [first = '', second = '', third = '', fourth = '', ...rest] = numbers;
    const text = `describe.each([1])('${first}: each %s', () => {});\nit.each([\n  ['a'],\n])('${second}: a table', () => {});\nwithHelm('${third}: a group of our own', () => {});\nconst suite = (name: string) => describe(\`${fourth}: \${name}, asked\`, () => {});\n`;
    expect(told({ [FILE]: `${text}${named(...rest.map((number) => `${number}: holds`))}` }).status).toBe(0);
  });

  it('does not take a comment, a text or a number in the middle for a test', () => {
    const [first = '', ...rest] = numbers;
    const text = `// it('${first}: holds', () => {});\nconst text = '${first}: holds';\nlog('${first}: holds');\nit('as ${first}: says', () => {});\n${named(...rest.map((number) => `${number}: holds`))}`;
    expect(told({ [FILE]: text }).lines[0]).toContain(`${first} has no test`);
  });

  it('refuses a number that is missing, or is none', () => {
    const [first = ''] = numbers;
    expect(told({ [FILE]: complete.split('\n').slice(1).join('\n') })).toMatchObject({ status: 1, lines: [expect.stringContaining(`${first} has no test: `), expect.anything()] });
    expect(told({ [FILE]: `${complete}\n${named('S29: more')}` })).toMatchObject({ status: 1, lines: [`${FILE}: S29 is no line of the list`, expect.anything()] });
  });

  it('names every file that holds a number', () => {
    const [first = ''] = numbers;
    const { status, page } = told({ [FILE]: complete, 'cli/test/again.test.ts': named(`${first}: again`) });
    expect([status, page.includes(`| [cli/test/again.test.ts](../cli/test/again.test.ts), [${FILE}](../${FILE}) | again; holds |`)]).toEqual([0, true]);
  });

  it('is stale once a test is called otherwise', () => {
    expect(told({ [FILE]: complete }, { [FILE]: complete.replace(': holds', ': holds on') })).toMatchObject({ status: 1, lines: ['docs/security.md differs from what the tests are called: run npm run security', expect.anything()] });
  });
});
