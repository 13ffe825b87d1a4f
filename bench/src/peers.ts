import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { meter, type Parts, type PartUsage } from './harness/meter.ts';
import { endsWithin, ordersOf, type Asked, type Place, type RunResult, type System } from './system.ts';

const FOLDER = fileURLToPath(new URL('../peers', import.meta.url));
const STOP_WITHIN_MS = 20_000;

const peer = (name: string, title: string, orders: number): System =>
  ({ name, title, orders, isOurs: false, measure: (asked, place) => measure(name, asked, place) });

/** What a user would pick instead, each on the number of orders that its speed leaves time for. */
export const peers: readonly System[] = [
  peer('restate', 'Restate', 3_000),
  peer('dbos', 'DBOS', 1_000),
  peer('naive', 'kafkajs + pg, one message per transaction', 1_000),
];

/** Installs what the peers run on, exactly as locked, unless it is there. */
export async function installPeers(log: (line: string) => void, signal: AbortSignal): Promise<void> {
  if (await areInstalled()) return;
  log('installing the peers (once; Restate brings a server of about 100 MB) ...');
  // run by npm, we use that npm
  const npm = basename(process.env['npm_execpath'] ?? '') === 'npm-cli.js' ? [process.execPath, process.env['npm_execpath'] ?? ''] : ['npm'];
  const [file = '', ...args] = [...npm, 'ci', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = spawn(file, args, { cwd: FOLDER, stdio: ['ignore', 2, 2] });
  const code = await exitOf(child, signal);
  signal.throwIfAborted();
  if (code !== 0) throw new Error('npm ci in bench/peers has failed; see above, then run the benchmark again (or leave the peers out: --peers "")');
}

async function areInstalled(): Promise<boolean> {
  const { dependencies } = await readPackage(join(FOLDER, 'package.json'));
  const found = await Promise.all(Object.keys(dependencies ?? {}).map((name) => readPackage(join(FOLDER, 'node_modules', name, 'package.json')).catch(() => undefined)));
  return Object.values(dependencies ?? {}).every((version, index) => found[index]?.version === version);
}

interface Package {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const readPackage = async (path: string): Promise<Package> => JSON.parse(await readFile(path, 'utf8')) as Package;

/** The lines that a peer says on its standard output. */
type Said =
  | { readonly mark: 'ready' | 'begin' | 'end' }
  | { readonly mark: 'progress'; readonly done: number }
  | { readonly mark?: undefined; readonly result: PeerResult };

type PeerResult = Omit<RunResult, 'parts'> & { readonly check: { readonly ok: boolean; readonly problems: readonly string[] } };

async function measure(name: string, asked: Asked, { servers, signal, progress }: Place): Promise<RunResult> {
  const workDir = join(servers.folder, 'peer');
  await mkdir(workDir, { recursive: true });
  const environment = { DATABASE_URL: await servers.database('peer'), KAFKA_BROKERS: servers.brokers, TOPIC_PREFIX: `${name}-`, WORK_DIR: workDir };
  const child = spawn(process.execPath, [join(FOLDER, name, 'main.mjs'), ...argumentsOf(asked)], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...environment } });
  const exited = exitOf(child, signal);
  const parts = { peer: [child.pid ?? 0], ...name === 'naive' ? { kafka: [servers.pids.kafka] } : {}, postgres: [servers.pids.postgres] };
  const heard = await listenTo(child, parts, progress).finally(() => exited);
  const code = await exited;
  signal.throwIfAborted();
  if (!heard.result || !heard.parts) throw new Error(`${name} ended with ${code} before its ${ordersOf(asked)} orders did; see above`);
  const { check, ...result } = heard.result;
  if (!check.ok) throw new Error(`the books of ${name} are wrong after ${result.orders} orders:\n${check.problems.join('\n')}`);
  return { ...result, parts: heard.parts };
}

const argumentsOf = (asked: Asked): readonly string[] =>
  (asked.mode === 'throughput' ? ['throughput', '--orders', String(asked.orders)] : ['latency', '--rate', String(asked.ratePerSecond), '--seconds', String(asked.seconds)]);

interface Heard {
  readonly result?: PeerResult;
  readonly parts?: Readonly<Record<string, PartUsage>>;
}

async function listenTo({ stdout }: ChildProcess, parts: Parts, progress: (done: number) => void): Promise<Heard> {
  if (!stdout) return {};
  let used: ReturnType<typeof meter> | undefined;
  let heard: Heard = {};
  try {
    for await (const line of createInterface({ input: stdout })) {
      const said = JSON.parse(line) as Said;
      if (said.mark === 'begin') used = meter(parts);
      else if (said.mark === 'progress') progress(said.done);
      else if (said.mark === 'end') heard = { ...heard, ...used && { parts: used.stop() } };
      else if (said.mark === undefined) heard = { ...heard, result: said.result };
    }
  } finally {
    used?.stop();
  }
  return heard;
}

/** The exit code, once the process has ended: by itself, or asked to by the signal, or killed when it does not listen. */
async function exitOf(child: ChildProcess, signal: AbortSignal): Promise<number> {
  const ended = new Promise<number>((resolve) => { child.once('error', () => { resolve(127); }).once('close', (code) => { resolve(code ?? 1); }); });
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    if (!(await endsWithin(STOP_WITHIN_MS, ended))) child.kill('SIGKILL');
  };
  const ask = (): void => { void end(); };
  signal.addEventListener('abort', ask);
  if (signal.aborted) ask();
  try {
    return await ended;
  } finally {
    signal.removeEventListener('abort', ask);
  }
}
