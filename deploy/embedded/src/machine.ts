import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem, type CpuInfo } from 'node:os';
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

const DOCUMENT = JSON.stringify(Array.from({ length: 50 }, (_, at) => ({ orderId: `O${at}`, customer: `客户 ${at}`, lines: [{ sku: `P${at}`, quantity: at, amount: `${at}.00` }], placedAt: at * 1_000 })));
const ROUND_TRIPS = 1_000;
const TRIES = 7;

/** How fast one core is just now: the milliseconds it takes to read and write a fixed JSON document a thousand times, the median of seven. */
export function yardstickMs(): number {
  const took = Array.from({ length: TRIES }, () => {
    const began = performance.now();
    for (let left = ROUND_TRIPS; left > 0; left -= 1) JSON.stringify(JSON.parse(DOCUMENT));
    return performance.now() - began;
  });
  return took.toSorted((one, other) => one - other)[TRIES >> 1] ?? 0;
}

/** How the machine was when a report was made: two reports compare only as far as these do. */
export interface Pace {
  /** How long one core took for a fixed piece of work beforehand, in milliseconds. */
  readonly yardstickMs: number;
  /** The share of the time that the processors were busy, from 0 to 1. */
  readonly busy: number;
}

/** Takes the yardstick and begins to watch the processors; gives both when asked at the end. */
export function watchPace(): () => Pace {
  const yardstick = yardstickMs();
  const busy = watchProcessors();
  return () => ({ yardstickMs: yardstick, busy: busy() });
}

/** Begins to watch the processors of this machine; gives, when asked, the share of the time since then that they were busy, from 0 to 1. */
export function watchProcessors(look: () => readonly Pick<CpuInfo, 'times'>[] = cpus): () => number {
  const spent = (): { readonly all: number; readonly idle: number } => look().reduce((sum, { times }) => (
    { all: sum.all + Object.values(times).reduce((one, other) => one + other, 0), idle: sum.idle + times.idle }), { all: 0, idle: 0 });
  const before = spent();
  return () => {
    const now = spent();
    return now.all === before.all ? 0 : 1 - (now.idle - before.idle) / (now.all - before.all);
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
