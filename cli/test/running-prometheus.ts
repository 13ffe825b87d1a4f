import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { until } from '@order-mesh/testing';

/** A real Prometheus that scrapes every second. */
export interface RunningPrometheus {
  /** The samples an expression gives now. Rejects with what Prometheus says of a wrong one. */
  ask(expr: string): Promise<readonly { readonly metric: Readonly<Record<string, string>>; readonly value: number }[]>;
  stop(): Promise<void>;
}

/** Where a program lies on the PATH; undefined when it is not installed. */
export function onPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

interface Answer {
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }[] };
}

export async function startPrometheus(program: string, { targets, rules }: { readonly targets: readonly string[]; readonly rules: string }): Promise<RunningPrometheus> {
  const dir = await mkdtemp(join(tmpdir(), 'order-mesh-prometheus-'));
  const port = await freePort();
  // recorded every other second, so that a short run has something to show
  await writeFile(join(dir, 'rules.yml'), (await readFile(rules, 'utf8')).replaceAll(/interval: \d+s/g, 'interval: 2s'));
  await writeFile(join(dir, 'prometheus.yml'), [
    'global: { scrape_interval: 1s, evaluation_interval: 2s }', 'rule_files: [rules.yml]', 'scrape_configs:', '  - job_name: order-mesh', '    static_configs:', `      - targets: ${JSON.stringify(targets)}`, '',
  ].join('\n'));
  const flags = [`--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dir, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'];
  const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  const stop = (): Promise<void> => end(child, dir);
  await until('Prometheus to be ready', async () => (await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => null))?.ok === true, 60_000).catch(async (cause: unknown) => {
    await stop();
    throw new Error(`Prometheus did not start:\n${said}`, { cause });
  });
  return {
    ask: async (expr) => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: expr }) });
      const { error, data } = await response.json() as Answer;
      if (!data) throw new Error(`${expr}: ${error ?? ''}`);
      return data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
    },
    stop,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

async function end(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}
