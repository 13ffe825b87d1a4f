import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { crashPoints, modulePath, pointNamed, withCrash } from './points.ts';

const root = resolve(import.meta.dirname, '..', '..', '..', '..');
const KILL = "process.kill(process.pid, 'SIGKILL')";

describe('a crash point', () => {
  it.each(crashPoints.map((point) => [point.name, point] as const))('%s is in its module exactly once', (_name, point) => {
    const source = readFileSync(resolve(root, modulePath(point, 'src')), 'utf8');
    expect(withCrash(point, source, 1)).toContain(KILL);
  });

  it('has a name of its own', () => {
    expect(new Set(crashPoints.map(({ name }) => name)).size).toBe(crashPoints.length);
    expect(crashPoints.length).toBeGreaterThanOrEqual(30);
  });

  it('fails loudly when its text is gone, or there twice', () => {
    const point = pointNamed('before-commit');
    if (!point) throw new Error('the point is gone');
    expect(() => withCrash(point, 'nothing', 1)).toThrow(/before-commit.* 0 times/);
    expect(() => withCrash(point, `${point.text}${point.text}`, 1)).toThrow(/2 times/);
  });

  it('ends the process on the side it names, at the hit it is told', () => {
    const [before, after] = ['before-commit', 'after-commit'].map((name) => pointNamed(name));
    if (!before || !after) throw new Error('the points are gone');
    expect(withCrash(before, before.text, 3)).toMatch(/^if \(.* >= 3\) process\.kill\(.*\); await/);
    expect(withCrash(after, after.text, 1)).toMatch(/^await .*; if \(.* >= 1\) process\.kill/);
  });
});
