import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Declared {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly means: string;
  readonly use: string;
}

const measure = (changes: Partial<Declared> = {}): Declared => ({ name: 'mesh_holds_total', type: 'counter', unit: 'holds', labels: {}, means: 'Holds.', use: 'Count them.', ...changes });
const declared = (...all: readonly Declared[]): string => `export const measures = ${JSON.stringify(all)};`;

/** What the tool says of these files, first writing the page and then comparing it. */
function told(files: Readonly<Record<string, string>>, later: Readonly<Record<string, string>> = {}): { readonly status: number | null; readonly lines: readonly string[] } {
  const dir = mkdtempSync(join(tmpdir(), 'order-mesh-metrics-'));
  const run = (...args: readonly string[]) => spawnSync(process.execPath, [join(ROOT, 'tools/metrics.mjs'), ...args, dir], { encoding: 'utf8' });
  try {
    const write = ([file, text]: readonly [string, string]): void => {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), text);
    };
    Object.entries({ 'docs/.keep': '', ...files }).forEach(write);
    run();
    Object.entries(later).forEach(write);
    const { status, stdout } = run('--check');
    return { status, lines: stdout.trim().split('\n') };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const CREDIT = 'services/credit/src/measures.ts';

describe('the page of metrics', () => {
  it('is fresh after it was written, and stale once a declaration has changed', () => {
    expect(told({ [CREDIT]: declared(measure()) })).toEqual({ status: 0, lines: ['1 metrics of 1 owners, 0 problems'] });
    expect(told({ [CREDIT]: declared(measure()) }, { [CREDIT]: declared(measure({ means: 'Other holds.' })) })).toMatchObject({ status: 1, lines: [expect.stringContaining('docs/metrics.md differs'), expect.anything()] });
  });

  it.each([
    ['a counter without _total', measure({ name: 'mesh_holds' }), 'counters, and only they, end in _total'],
    ['seconds that its name does not tell', measure({ name: 'mesh_hold', type: 'histogram', unit: 'seconds' }), 'its name must end in _seconds'],
    ['a name that tells another unit', measure({ name: 'mesh_hold_bytes', type: 'gauge' }), 'a name ends in its unit'],
    ['a label with a value an order', measure({ labels: { orderId: 'the order' } }), 'a label would have too many values: orderId'],
    ['a metric that says nothing', measure({ use: '' }), 'must be said'],
    ['a name of somebody else', measure({ name: 'holds_total' }), 'must be mesh_'],
  ])('refuses %s', (_, wrong, problem) => {
    expect(told({ [CREDIT]: declared(wrong) })).toMatchObject({ status: 1, lines: expect.arrayContaining([expect.stringContaining(problem)]) });
  });

  it('refuses one name of two owners', () => {
    const { lines } = told({ [CREDIT]: declared(measure()), 'services/stock/src/measures.ts': declared(measure()) });
    expect(lines[0]).toBe('services/stock: mesh_holds_total: it is declared in services/credit, too');
  });
});
