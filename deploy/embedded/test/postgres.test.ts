import { createServer } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { assertPortFree, freePort, startPostgres } from '@order-mesh/embedded';
import { inTempDir } from './temp.ts';

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('keeps what was committed through a kill -9 and through an orderly stop', () => inTempDir(async (dir) => {
    const port = await freePort();
    const first = await startPostgres({ dataDir: dir, port });
    await query(first.url, 'create table orders as select 17 as id');
    await first.kill();
    const second = await startPostgres({ dataDir: dir, port });
    await query(second.url, 'insert into orders values (18)');
    await second.stop();
    const third = await startPostgres({ dataDir: dir, port });
    expect(await query(third.url, 'select id from orders order by id')).toEqual([{ id: 17 }, { id: 18 }]);
    await third.stop();
  }), 60_000);

  it('confirms nothing that is not on disk', () => inTempDir(async (dir) => {
    const server = await startPostgres({ dataDir: dir, port: await freePort() });
    expect(await query(server.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(server.url, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    await server.stop();
  }), 60_000);

  it('starts although the number of its killed predecessor belongs to another program now', () => inTempDir(async (dir) => {
    const first = await startPostgres({ dataDir: dir, port: await freePort() });
    await first.stop();
    await writeFile(join(dir, 'data', 'postmaster.pid'), `${process.pid}\n${join(dir, 'data')}\n`);
    const second = await startPostgres({ dataDir: dir, port: await freePort() });
    await second.stop();
  }), 60_000);

  it('serves one folder once', () => inTempDir(async (dir) => {
    const server = await startPostgres({ dataDir: dir, port: await freePort() });
    const again = startPostgres({ dataDir: dir, port: await freePort() });
    await expect(again).rejects.toMatchObject({ code: 'BAD_CONFIG', advice: expect.stringContaining(`process ${server.pid}`) });
    expect(await query(server.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await server.stop();
  }), 60_000);

  it('shows the end of its log when it cannot start', () => inTempDir(async (dir) => {
    await mkdir(join(dir, 'data'), { mode: 0o700 });
    await expect(startPostgres({ dataDir: dir, port: await freePort() }))
      .rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE', advice: expect.stringContaining('postgresql.conf') });
  }), 60_000);
});

describe('a port', () => {
  it('is refused by name when somebody listens there, with the variable that moves it', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => { other.listen(port, '127.0.0.1', resolve); });
    await expect(assertPortFree(port, 'the gateway', 'GATEWAY_PORT')).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      advice: `port ${port}, which the gateway needs, is taken; stop the process that listens there, or set GATEWAY_PORT to a free port`,
    });
    await new Promise((resolve) => { other.close(resolve); });
    await expect(assertPortFree(port, 'the gateway', 'GATEWAY_PORT')).resolves.toBeUndefined();
  });

  it('is never handed out twice', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, freePort));
    expect(new Set(ports).size).toBe(50);
  });
});
