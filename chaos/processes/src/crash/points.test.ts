import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { crashPoints, modulePath, pointNamed, withEnd, withPoint } from './points.ts';

const root = resolve(import.meta.dirname, '..', '..', '..', '..');

describe('a crash point', () => {
  it.each(crashPoints.map((point) => [point.name, point] as const))('%s is in its module exactly once', (_name, point) => {
    const source = readFileSync(resolve(root, modulePath(point, 'src')), 'utf8');
    expect(withPoint(point, source)).toContain(`globalThis.crashPoint('${point.name}');`);
  });

  it('has a name of its own', () => {
    expect(new Set(crashPoints.map(({ name }) => name)).size).toBe(crashPoints.length);
    expect(crashPoints.length).toBeGreaterThanOrEqual(30);
  });

  it('fails loudly when its text is gone, or there twice', () => {
    const point = pointNamed('before-commit');
    if (!point) throw new Error('the point is gone');
    expect(() => withPoint(point, 'nothing')).toThrow(/before-commit.* 0 times/);
    expect(() => withPoint(point, `${point.text}${point.text}`)).toThrow(/2 times/);
  });

  it('is on the side it names', () => {
    const [before, after] = ['before-commit', 'after-commit'].map((name) => pointNamed(name));
    if (!before || !after) throw new Error('the points are gone');
    expect(withPoint(before, before.text)).toMatch(/^globalThis\.crashPoint\('before-commit'\); await/);
    expect(withPoint(after, after.text)).toMatch(/^await .*; globalThis\.crashPoint\('after-commit'\);$/);
  });

  it.each([['after-commit#3', 3, 'SIGKILL'], ['after-commit', 1, 'SIGKILL'], ['after-commit#3', 2, null], ['before-commit', 3, null], [undefined, 3, null]])('asked to end at %s and getting there %i times: %s', (asked, times, signal) => {
    const program = withEnd(`for (let time = 0; time < ${times}; time += 1) globalThis.crashPoint('after-commit');`);
    const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { env: asked === undefined ? {} : { MESH_CRASH_AT: asked } });
    expect(ended.signal).toBe(signal);
  });
});
