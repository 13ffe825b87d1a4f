import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { MeshError } from '@order-mesh/kernel';

const HOST = '127.0.0.1';
// below the range from which systems lend ports to outgoing connections, so that none slips in before the server binds
const FIRST = 20_000;
const LAST = 32_000;
const ATTEMPTS = 100;
const handedOut = new Set<number>();

/** A port of 127.0.0.1 that nobody listens on and that this process was not given before. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST, LAST);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await canListen(port)) return port;
  }
  throw new MeshError('PORT_TAKEN', { advice: `no free port found between ${FIRST} and ${LAST}; stop what listens there` });
}

/**
 * Returns when `what` can listen on the port.
 * @throws PORT_TAKEN naming the port, who needs it, and the variable `envName` that moves it.
 */
export async function assertPortFree(port: number, what: string, envName: string): Promise<void> {
  if (await canListen(port)) return;
  throw new MeshError('PORT_TAKEN', {
    advice: `port ${port}, which ${what} needs, is taken; stop the process that listens there, or set ${envName} to a free port`,
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: HOST, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
