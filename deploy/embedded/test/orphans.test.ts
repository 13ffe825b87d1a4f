import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort, startKafka, startPostgres } from '@order-mesh/embedded';
import { identify, isAlive } from '../processes.mjs';
import type { KnownProcess } from '../processes.mjs';
import { inTempDir } from './temp.ts';

const STARTER = fileURLToPath(new URL('starter.ts', import.meta.url));

function startElsewhere(dir: string): { readonly starter: ChildProcess; readonly servers: Promise<readonly KnownProcess[]> } {
  const starter = spawn(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', STARTER, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const servers = new Promise<readonly KnownProcess[]>((resolve) => {
    starter.stdout.once('data', (line: Buffer) => {
      const pids: readonly number[] = JSON.parse(line.toString());
      resolve(pids.map(identify).filter((known) => known !== undefined));
    });
  });
  return { starter, servers };
}

async function allEnded(servers: readonly KnownProcess[]): Promise<boolean> {
  for (let waited = 0; waited < 100 && servers.some(isAlive); waited += 1) await sleep(100);
  return !servers.some(isAlive);
}

describe('servers whose mesh was killed', () => {
  it('end with it', () => inTempDir(async (dir) => {
    const { starter, servers } = startElsewhere(dir);
    const known = await servers;
    expect(known).toHaveLength(2);
    starter.kill('SIGKILL');
    expect(await allEnded(known)).toBe(true);
  }), 60_000);

  it('do not stand in the way of the next start, even at once', () => inTempDir(async (dir) => {
    const { starter, servers } = startElsewhere(dir);
    await servers;
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    const kafka = await startKafka({ dataDir: `${dir}/kafka`, port: await freePort() });
    const postgres = await startPostgres({ dataDir: `${dir}/postgres`, port: await freePort() });
    await Promise.all([kafka.stop(), postgres.stop()]);
  }), 60_000);

  it('are ended by the next start where they could not notice', () => inTempDir(async (dir) => {
    const left = spawn('sleep', ['60'], { stdio: 'ignore' });
    const server = identify(left.pid ?? 0);
    await writeFile(join(dir, 'running.json'), JSON.stringify({ server, starter: { pid: 1, born: 'long ago' } }));
    const lines: string[] = [];
    const postgres = await startPostgres({ dataDir: dir, port: await freePort(), log: (line) => lines.push(line) });
    expect(lines).toContain(`ending the PostgreSQL (process ${left.pid}) that an earlier, killed start left behind`);
    expect(isAlive(server)).toBe(false);
    await postgres.stop();
  }), 60_000);
});
