import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { MeshError, minutes } from '@order-mesh/kernel';

/** Where the browser is sent back to: a port of this machine that is open for one sign-in (RFC 8252). */
export interface Loopback {
  readonly redirectUri: string;
  /** The first address that was called there. Rejects with TIMED_OUT. */
  readonly called: Promise<URL>;
  close(): void;
}

const PATIENCE = minutes(5);

export async function openLoopback(): Promise<Loopback> {
  const { promise, resolve, reject } = Promise.withResolvers<URL>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname !== '/callback') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end('已登录，可以关闭此页。\nYou can close this page and go back to the command line.\n');
    resolve(new URL(`${url.pathname}${url.search}`, redirectUri));
  });
  const redirectUri = `http://127.0.0.1:${await portOf(server)}/callback`;
  const late = setTimeout(() => { reject(new MeshError('TIMED_OUT', { advice: 'nobody has signed in for five minutes; begin again with "mesh login"' })); }, PATIENCE);
  promise.catch(() => {});
  return {
    redirectUri, called: promise,
    close: () => {
      clearTimeout(late);
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Opens a browser where there is one; the address is printed all the same. */
export function openBrowser(url: string, platform: NodeJS.Platform): void {
  const [command, ...args] = BROWSERS[platform] ?? ['xdg-open'];
  const child = spawn(command ?? '', [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

const BROWSERS: Partial<Record<NodeJS.Platform, readonly string[]>> = { darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'] };

function portOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
