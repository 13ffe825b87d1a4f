import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What a report was made on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  /** What was run; with `+` when files differed from it. */
  readonly commit: string;
}

/** Describes this machine and this checkout, for reports. */
export async function machine(): Promise<Machine> {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length, memoryGb: Math.round(totalmem() / 2 ** 30),
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

/** The version of the Kafka that is started. */
export function kafkaVersion(): string {
  const jars = readFileSync(new URL('../kafka-jars.sha256', import.meta.url), 'utf8');
  return /kafka-clients-([\d.]+)\.jar/.exec(jars)?.[1] ?? 'unknown';
}

/** The version of an installed package; `unknown` where there is none. Read from its folder, for most do not export their package.json. */
export function installedVersion(name: string): string {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      const { version }: { readonly version: string } = JSON.parse(readFileSync(`${path}/${name}/package.json`, 'utf8'));
      return version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
