import { execFile } from 'node:child_process';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  /** What was measured; with `+` when files differed from it. */
  readonly commit: string;
}

export async function machine(): Promise<Machine> {
  const [first, ...others] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown', cores: others.length + (first ? 1 : 0), memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`, commit: await commit(),
  };
}

async function commit(): Promise<string> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('git', args, { cwd: fileURLToPath(new URL('..', import.meta.url)) })).stdout.trim();
  try {
    const [id, changes] = await Promise.all([git('rev-parse', '--short', 'HEAD'), git('status', '--porcelain', '--untracked-files=no')]);
    return changes === '' ? id : `${id}+`;
  } catch {
    return 'unknown';
  }
}
