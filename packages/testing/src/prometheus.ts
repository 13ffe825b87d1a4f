import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '@order-mesh/embedded';
import { until } from './until.ts';

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A rule that alerts, and how it stands: pending while its condition holds, firing once it has held for long enough. */
export interface AlertRule {
  readonly name: string;
  /** Those that the rule itself gives. */
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'inactive' | 'pending' | 'firing';
  readonly holdsForSeconds: number;
}

/** A real Prometheus that scrapes every other second. */
export interface RunningPrometheus {
  /** The samples an expression gives now. Rejects with what Prometheus says of a wrong one. */
  ask(expr: string): Promise<readonly Sample[]>;
  /** Its rules that alert, in the order of the files. */
  alerts(): Promise<readonly AlertRule[]>;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** host:port of what is scraped, under the job `order-mesh`. */
  readonly targets: readonly string[];
  /** The text of each rule file. */
  readonly rules: readonly string[];
}

/** Where a program lies on this PATH; undefined when it is not installed. */
export function onPath(program: string, path = ''): string | undefined {
  return path.split(delimiter).map((folder) => join(folder, program)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Starts the program in a folder of its own, which goes with it. Rejects with what it says when it does not start. */
export async function startPrometheus(program: string, { targets, rules }: PrometheusOptions): Promise<RunningPrometheus> {
  const dir = await mkdtemp(join(tmpdir(), 'order-mesh-prometheus-'));
  const port = await freePort();
  const files = rules.map((text, at) => ({ name: `rules-${at}.yml`, text }));
  await Promise.all(files.map(({ name, text }) => writeFile(join(dir, name), text)));
  await writeFile(join(dir, 'prometheus.yml'), [
    'global: { scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 1s }', `rule_files: ${JSON.stringify(files.map(({ name }) => name))}`,
    'scrape_configs:', '  - job_name: order-mesh', '    static_configs:', `      - targets: ${JSON.stringify(targets)}`, '',
  ].join('\n'));
  const flags = [`--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dir, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'];
  const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  const stop = (): Promise<void> => end(child, dir);
  await until('Prometheus to be ready', async () => {
    if (child.exitCode !== null) throw new Error('Prometheus ended');
    return (await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => null))?.ok === true;
  }, 60_000).catch(async (cause: unknown) => {
    await stop();
    throw new Error(`Prometheus did not start:\n${said}`, { cause });
  });
  const api = `http://127.0.0.1:${port}/api/v1`;
  return {
    ask: async (expr) => {
      const { error, data } = await (await fetch(`${api}/query`, { method: 'POST', body: new URLSearchParams({ query: expr }) })).json() as Answer;
      if (!data) throw new Error(`${expr}: ${error ?? ''}`);
      return data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
    },
    alerts: async () => {
      const { data: { groups } } = await (await fetch(`${api}/rules?type=alert`)).json() as Rules;
      return groups.flatMap((group) => group.rules.map(({ name, labels, state, duration }) => ({ name, labels, state, holdsForSeconds: duration })));
    },
    stop,
  };
}

interface Answer {
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }[] };
}

interface Rules {
  readonly data: { readonly groups: readonly { readonly rules: readonly (Pick<AlertRule, 'name' | 'labels' | 'state'> & { readonly duration: number })[] }[] };
}

async function end(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}
