// The Restate server as a child process that ends with us.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signal, tiedToParent } from '../../../deploy/embedded/processes.mjs';

const READY_SECONDS = 60;
const STOP_SECONDS = 8;
const POLL_MILLISECONDS = 50;
const PORT_ATTEMPTS = 100;

/** Starts the server in `workDir`; it takes requests on return. `fail(error)` is called when it ends unasked. */
export async function startRestateServer({ workDir, partitions, fail }) {
  const [node, ingress, admin] = [await freePort(), await freePort(), await freePort()];
  const logFile = join(workDir, 'restate-server.log');
  const child = spawnInto(logFile, environment({ workDir, partitions, node, ingress, admin }));
  let stopping = false;
  const exited = new Promise((resolve) => { child.once('close', resolve).once('error', resolve); });
  const end = async () => {
    stopping = true;
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1_000);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(timer);
  };
  // an uncaught error must not leave it behind where no process can be tied to its parent
  process.once('exit', () => { if (child.exitCode === null && child.pid) signal(child.pid, 'SIGKILL'); });
  void exited.then(() => { if (!stopping) fail(new Error(`the Restate server has ended; see ${logFile}`)); });
  const server = { ingressUrl: `http://127.0.0.1:${ingress}`, adminUrl: `http://127.0.0.1:${admin}`, stop: end };
  await answering(`${server.adminUrl}/health`);
  await answering(`${server.ingressUrl}/restate/health`);
  return server;
}

/** Tells the server where our handlers are. */
export async function register({ adminUrl }, uri) {
  const response = await fetch(`${adminUrl}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri }),
    signal: AbortSignal.timeout(READY_SECONDS * 1_000),
  });
  if (!response.ok) throw new Error(`Restate does not take the deployment: ${response.status} ${await response.text()}`);
}

/** A port of 127.0.0.1 below the range that outgoing connections are given theirs from. */
export async function freePort() {
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    const port = randomInt(20_000, 32_000);
    if (await canListen(port)) return port;
  }
  throw new Error('no free port found');
}

function spawnInto(logFile, env) {
  // the package's own starter would only stand between us and this program
  const program = createRequire(import.meta.url).resolve(`@restatedev/restate-server-${platform()}-${arch()}/bin/restate-server`);
  const [file, ...args] = tiedToParent([program]);
  const log = openSync(logFile, 'a');
  try {
    return spawn(file, args, { stdio: ['ignore', log, log], env });
  } finally {
    closeSync(log);
  }
}

function environment({ workDir, partitions, node, ingress, admin }) {
  return {
    PATH: process.env.PATH,
    RESTATE_NODE_NAME: 'bench',
    RESTATE_BASE_DIR: join(workDir, 'restate-data'),
    RESTATE_DEFAULT_NUM_PARTITIONS: String(partitions),
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}/`,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_DISABLE_TELEMETRY: 'true',
    DO_NOT_TRACK: '1',
  };
}

async function answering(url) {
  const deadline = Date.now() + READY_SECONDS * 1_000;
  while (Date.now() < deadline) {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (response?.ok) return;
    await sleep(POLL_MILLISECONDS);
  }
  throw new Error(`the Restate server does not answer at ${url} after ${READY_SECONDS} s`);
}

function canListen(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
