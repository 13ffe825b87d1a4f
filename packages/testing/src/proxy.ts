import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Pipe, type Direction, type Weather } from './proxy-pipe.ts';

export type { Direction, Weather } from './proxy-pipe.ts';

/** One connection through the proxy. */
export interface ProxiedConnection {
  /** Keeps back what goes in this direction, for as long as the connection lasts. */
  hold(direction: Direction): void;
  /** Ends both sides with a reset. */
  reset(): void;
}

export interface ProxyOptions {
  /** Of the server, on loopback. */
  readonly target: number;
  /** Where to listen, on loopback; any free one when absent. */
  readonly port?: number;
  /** Sees each piece before it goes on, and may hold or reset its connection: nothing of this piece arrives then. */
  readonly onData?: (bytes: Buffer, direction: Direction, connection: ProxiedConnection) => void;
  /** From 0 to 1, for jitter and resets. */
  readonly chance?: () => number;
}

/** A TCP line on loopback with a will of its own. */
export interface Proxy {
  readonly port: number;
  readonly connections: number;
  set(weather: Weather): void;
  /** What was kept back by the weather arrives. */
  heal(): void;
  /** Resets every connection there is; new ones are taken. */
  reset(): void;
  stop(): Promise<void>;
}

/** Starts a proxy before a server, with clear weather. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const lines = new Set<Line>();
  let weather: Weather = {};
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const line = openLine(client, options, () => weather);
    lines.add(line);
    line.closed.then(() => { lines.delete(line); }, () => {});
  });
  await listening(server, options.port ?? 0);
  const set = (next: Weather): void => {
    weather = next;
    for (const { pipes } of lines) for (const pipe of pipes) pipe.weatherChanged();
  };
  const reset = (): void => { for (const line of [...lines]) line.reset(); };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() { return lines.size; },
    set,
    heal: () => { set({}); },
    reset,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      reset();
      await closed;
    },
  };
}

interface Line extends ProxiedConnection {
  readonly pipes: readonly Pipe[];
  readonly closed: Promise<unknown>;
}

function openLine(client: Socket, { target, onData, chance = Math.random }: ProxyOptions, weather: () => Weather): Line {
  const server = createConnection({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  client.setNoDelay(true);
  const held = new Set<Direction>();
  const reset = (): void => {
    client.resetAndDestroy();
    // a socket that is still connecting can't be reset
    if (server.connecting) server.destroy();
    else server.resetAndDestroy();
  };
  const connection: ProxiedConnection = { hold: (direction) => { held.add(direction); }, reset };
  const pipe = (from: Socket, to: Socket, direction: Direction): Pipe => new Pipe({
    from, to, chance, reset,
    weather: () => ({ ...weather(), isShut: held.has(direction) || [direction, 'both'].includes(weather().blackhole ?? '') }),
    onData: (bytes) => onData?.(bytes, direction, connection),
  });
  const pipes = [pipe(client, server, 'up'), pipe(server, client, 'down')];
  const closed = Promise.all([client, server].map((socket) => new Promise((resolve) => { socket.once('close', resolve); })));
  return { ...connection, pipes, closed };
}

async function listening(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
