import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProxy, until, type Proxy, type ProxyOptions } from '../src/index.ts';

const servers: Server[] = [];
const proxies: Proxy[] = [];

afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => { server.close(resolve); })));
});

/** A server that says everything back, and a client that reaches it through a proxy. */
async function line(options: Omit<ProxyOptions, 'target'> = {}) {
  const reached: Buffer[] = [];
  let ends = 0;
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      reached.push(bytes);
      socket.write(bytes);
    });
    socket.on('error', () => {});
    socket.on('close', () => { ends += 1; });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await startProxy({ ...options, target: (server.address() as AddressInfo).port });
  proxies.push(proxy);
  return { proxy, reached: () => Buffer.concat(reached).toString(), endsSeen: () => ends };
}

async function client({ port }: Proxy): Promise<{ readonly socket: Socket; readonly heard: () => string; readonly pieces: () => number }> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  const heard: Buffer[] = [];
  socket.on('data', (bytes) => { heard.push(bytes); });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, heard: () => Buffer.concat(heard).toString(), pieces: () => heard.length };
}

const closing = (socket: Socket) => until('its end', async () => socket.closed, 5_000);

const hears = (one: { readonly heard: () => string }, text: string) => until(`"${text.slice(0, 20)}"`, async () => one.heard() === text, 5_000);

describe('a proxy', () => {
  it('passes on bytes and ends in clear weather, and leaves nothing open', async () => {
    const { proxy, endsSeen } = await line();
    const one = await client(proxy);
    const text = 'x'.repeat(3_000_000);
    one.socket.end(text);
    await hears(one, text);
    await until('the end', async () => endsSeen() === 1 && proxy.connections === 0, 5_000);
  });

  it('keeps bytes back in a black hole, however its client ends, and delivers them once it heals', async () => {
    const { proxy, reached, endsSeen } = await line();
    const one = await client(proxy);
    proxy.set({ blackhole: 'both' });
    one.socket.write('a');
    one.socket.write('b');
    await sleep(50);
    one.socket.destroy();
    await sleep(50);
    expect([reached(), endsSeen(), proxy.connections]).toEqual(['', 0, 1]);
    proxy.heal();
    await until('what was kept back', async () => reached() === 'ab' && endsSeen() === 1, 5_000);
  });

  it('loses one direction only', async () => {
    const { proxy, reached } = await line();
    const one = await client(proxy);
    proxy.set({ blackhole: 'down' });
    one.socket.write('asked');
    await until('the question', async () => reached() === 'asked', 5_000);
    await sleep(50);
    expect(one.heard()).toBe('');
    proxy.heal();
    await hears(one, 'asked');
  });

  it('holds one connection and not the others, from the piece on that was seen', async () => {
    const { proxy, reached } = await line({ onData: (bytes, direction, connection) => { if (direction === 'up' && bytes.includes('COMMIT')) connection.hold('down'); } });
    const [one, other] = [await client(proxy), await client(proxy)];
    one.socket.write('COMMIT');
    other.socket.write('other');
    await hears(other, 'other');
    await until('the commit', async () => reached().includes('COMMIT'), 5_000);
    proxy.heal();
    await sleep(50);
    expect(one.heard()).toBe('');
  });

  it('delays by the latency, in order, without making a queue of it', async () => {
    const { proxy } = await line({ chance: () => 0.5 });
    const one = await client(proxy);
    proxy.set({ latencyMs: 40, jitterMs: 20 });
    const started = performance.now();
    const letters = 'abcdef'.repeat(20);
    for (const letter of letters) {
      one.socket.write(letter);
      await sleep(2);
    }
    await hears(one, letters);
    const took = performance.now() - started;
    expect(took).toBeGreaterThanOrEqual(100);
    // one after the other, each both ways
    expect(took).toBeLessThan(letters.length * 100);
  });

  it('cuts into thin slices', async () => {
    const { proxy, reached } = await line();
    const one = await client(proxy);
    proxy.set({ sliceBytes: 10 });
    one.socket.write('y'.repeat(500));
    await hears(one, 'y'.repeat(500));
    expect(one.pieces()).toBeGreaterThan(5);
    expect(reached()).toHaveLength(500);
  });

  it('resets what is open, at once or by chance, and takes new connections', async () => {
    const { proxy, reached } = await line({ chance: () => 0.01 });
    const one = await client(proxy);
    const closed = closing(one.socket);
    proxy.reset();
    await closed;
    proxy.set({ resetChance: 0.02 });
    const other = await client(proxy);
    other.socket.write('never');
    await closing(other.socket);
    expect(reached()).toBe('');
    proxy.heal();
    const third = await client(proxy);
    third.socket.write('again');
    await hears(third, 'again');
  });

  it('ends the client when nobody answers behind it', async () => {
    const { proxy } = await line();
    await new Promise((resolve) => { servers.splice(0)[0]?.close(resolve); });
    const one = await client(proxy);
    await closing(one.socket);
    await until('no connection', async () => proxy.connections === 0, 5_000);
  });
});
