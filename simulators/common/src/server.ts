import type { Server } from 'node:http';
import express, { type Express } from 'express';
import { MeshError } from '@order-mesh/kernel';
import { openClock, readAdvance, type SimulatorClock } from './clock.ts';
import { bodies, misbehave } from './middleware.ts';
import { noFaults, readFaultRules, type Faults } from './faults.ts';

/** What makes a simulator: its name, where it listens, its routes, and the ledger that tests believe. */
export interface SimulatorOptions {
  readonly name: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The address of this machine to listen on; 127.0.0.1 if not named. */
  readonly address?: string | undefined;
  /** Named in the error when the port is taken, such as U8_PORT. */
  readonly portSetting?: string;
  /** Answered at GET /_sim/ledger as JSON; what the outside world would swear to. */
  readonly ledger: () => unknown;
  /** Adds the partner's own routes. Bodies are parsed already (JSON, form, or text); `rawBodyOf(request)` has the bytes. */
  readonly routes: (app: Express) => void;
  /** Shared with a second protocol of the same simulator; a fresh list otherwise. */
  readonly faults?: Faults;
  /** What the simulator goes by, closed with it; the machine's clock if not named. */
  readonly clock?: SimulatorClock;
  /** Seeds the fault rates; 1 if not named. */
  readonly seed?: number;
  /** Runs after the server has stopped: journals, timers, further servers. */
  readonly onClose?: () => void | Promise<void>;
}

/** A running simulator. `close` ends every connection and frees the port. */
export interface Simulator {
  readonly url: string;
  readonly port: number;
  readonly faults: Faults;
  readonly clock: SimulatorClock;
  close(): Promise<void>;
}

/** Starts a simulator, on 127.0.0.1 unless told otherwise. Throws PORT_TAKEN with the setting to change when someone else listens there. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { name, faults = noFaults(options.seed ?? 1), clock = openClock({ name }) } = options;
  const app = express();
  app.disable('x-powered-by');
  app.use(bodies());
  app.use('/_sim', control(options, faults, clock));
  app.use(misbehave(faults));
  options.routes(app);
  const server = await listen(app, options);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return { url: `http://127.0.0.1:${port}`, port, faults, clock, close: () => stop(server, clock, options) };
}

function control({ name, ledger }: SimulatorOptions, faults: Faults, clock: SimulatorClock): express.Router {
  const router = express.Router();
  router.get('/health', (_request, response) => void response.json({ name, ok: true }));
  router.get('/ledger', (_request, response) => void response.json(ledger()));
  router.get('/faults', (_request, response) => void response.json(faults.list()));
  router.delete('/faults', (_request, response) => {
    faults.clear();
    response.json(faults.list());
  });
  router.post('/faults', (request, response) => {
    const rules = readFaultRules(request.body);
    if (typeof rules === 'string') return void response.status(400).json({ error: rules });
    faults.add(rules);
    response.status(201).json(faults.list());
  });
  router.get('/clock', (_request, response) => void response.json(timeOf(clock)));
  router.post('/clock', (request, response) => {
    const byMs = readAdvance(request.body, clock.now());
    if (typeof byMs === 'string') return void response.status(400).json({ error: byMs });
    clock.advance(byMs);
    response.json(timeOf(clock));
  });
  return router;
}

function timeOf(clock: SimulatorClock): object {
  return { now: new Date(clock.now()).toISOString(), aheadMs: clock.ahead() };
}

function listen(app: Express, { name, port, address = '127.0.0.1', portSetting }: SimulatorOptions): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, address, (error?: Error) => {
      if (error) return reject(cantListen(error, `${name} simulator can't listen on port ${port}`, portSetting));
      // A kept connection must outlive the callers' pools, or a reset looks like a fault nobody asked for
      server.keepAliveTimeout = 65_000;
      resolve(server);
    });
  });
}

function cantListen(cause: Error, what: string, portSetting: string | undefined): MeshError {
  const remedy = portSetting ? `set ${portSetting} to a free port` : 'choose a free port';
  return new MeshError('PORT_TAKEN', { cause, advice: `${what} (${cause.message}); ${remedy}` });
}

async function stop(server: Server, clock: SimulatorClock, { onClose }: SimulatorOptions): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  await onClose?.();
  clock.close();
}
