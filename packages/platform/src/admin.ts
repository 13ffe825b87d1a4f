import { createServer, type Server } from 'node:http';
import { MeshError } from '@order-mesh/kernel';
import type { Metrics } from './metrics.ts';

export interface AdminServer {
  readonly port: number;
  close(): Promise<void>;
}

interface AdminOptions {
  readonly port: number;
  readonly address: string;
  readonly metrics: Metrics;
  /** Null when ready, else why not. */
  readonly readiness: () => Promise<string | null>;
}

/** Liveness, readiness and metrics on a port of their own. Throws PORT_TAKEN. */
export async function startAdmin({ port, address, metrics, readiness }: AdminOptions): Promise<AdminServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    const answer = (status: number, type: string, body: string): void => { response.writeHead(status, { 'content-type': type }).end(body); };
    if (path === '/health/live') { answer(200, 'application/json', '{"status":"live"}'); return; }
    if (path === '/health/ready') {
      void readiness().then((why) => {
        answer(why === null ? 200 : 503, 'application/json', JSON.stringify(why === null ? { status: 'ready' } : { status: 'not ready', reason: why }));
      });
      return;
    }
    if (path === '/metrics') {
      metrics.text().then((text) => { answer(200, 'text/plain; version=0.0.4', text); }, () => { answer(500, 'text/plain', 'metrics failed'); });
      return;
    }
    answer(404, 'application/json', '{"status":"unknown path"}');
  });
  await listen(server, port, address);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => { resolve(); });
    }),
  };
}

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => { reject(new MeshError('PORT_TAKEN', { advice: `port ${port} is needed for health and metrics; free it or set ADMIN_PORT`, cause })); });
    server.listen(port, address, resolve);
  });
}
