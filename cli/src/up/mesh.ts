import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerProcess } from '@order-mesh/embedded';
import { MeshError, seconds } from '@order-mesh/kernel';
import { serviceEnv, simulatorEnv, type Addresses } from './addresses.ts';
import { ensureKey } from './private-file.ts';
import { keep, type Kept } from './keep.ts';
import { readMeshNote, removeMeshNote, writeMeshNote } from './mesh-file.ts';
import { startNode } from './node-child.ts';
import type { Plan, ServiceHost } from './plan.ts';
import { hostProgram, type Program } from './programs.ts';
import type { Screen } from './screen.ts';
import { ownServers, type OwnServers } from './servers.ts';

/** A mesh that runs: where it is, and how it ends. */
export interface Mesh {
  readonly addresses: Addresses;
  /** How long it took until everything was ready. */
  readonly startMs: number;
}

/** The processes of one mesh, from the first to the last. */
export class Supervisor {
  readonly #plan: Plan;
  readonly #screen: Screen;
  readonly #servers: OwnServers;
  readonly #ending = new AbortController();
  readonly #parts = new Map<string, Kept>();
  // what loading this program took belongs to the start
  readonly #startedAt = Math.round(performance.timeOrigin);
  #readyAt: number | null = null;
  #starting: Promise<unknown> = Promise.resolve();

  constructor(plan: Plan, screen: Screen) {
    this.#plan = plan;
    this.#servers = ownServers(plan);
    this.#screen = screen;
  }

  /** Forgets all orders and books of this folder. */
  forget(): void {
    for (const folder of ['kafka', 'postgres', 'simulators', 'logs']) rmSync(join(this.#plan.dataDir, folder), { recursive: true, force: true });
  }

  /** Starts everything and resolves when the services are ready. What began when something failed must still be stopped. */
  async start(): Promise<Mesh> {
    const { auditKeyFile, privacyKeyFile } = this.#plan.addresses;
    if (auditKeyFile !== undefined) ensureKey(auditKeyFile);
    if (privacyKeyFile !== undefined) ensureKey(privacyKeyFile);
    this.#note();
    const basis = Promise.all([this.#kafka(), this.#postgres(), this.#simulators()]);
    const all = [basis, ...this.#plan.hosts.map((host) => this.#services(host, basis))];
    for (const one of all) one.catch(() => { this.#ending.abort(); });
    this.#starting = Promise.allSettled(all);
    await Promise.all(all);
    this.#readyAt = Date.now();
    this.#note();
    return { addresses: this.#servers.addresses(), startMs: this.#readyAt - this.#startedAt };
  }

  /** Ends everything in order: services, simulators, then Kafka and PostgreSQL. Under 10 s, unless something is still starting. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#starting;
    const isServer = ({ name }: Kept): boolean => name === KAFKA || name === POSTGRES;
    const parts = [...this.#parts.values()];
    await Promise.all(parts.filter((part) => !isServer(part) && part.name !== SIMULATORS).map((part) => part.stop(seconds(4))));
    await this.#parts.get(SIMULATORS)?.stop(seconds(1));
    await Promise.all(parts.filter(isServer).map((part) => part.stop(seconds(4))));
    removeMeshNote(this.#plan.dataDir);
  }

  /** Ends everything at once, as a power cut would. */
  async kill(): Promise<void> {
    this.#ending.abort();
    await Promise.all([...this.#parts.values()].map((part) => part.kill()));
    removeMeshNote(this.#plan.dataDir);
  }

  async #kafka(): Promise<void> {
    const { outside, ports } = this.#plan;
    if (outside.kafkaBrokers !== undefined) return;
    await this.#stage(KAFKA, `on 127.0.0.1:${ports.kafka}`, () => this.#servers.kafka(this.#screen.say));
  }

  async #postgres(): Promise<void> {
    const { outside, ports } = this.#plan;
    if (outside.databaseUrl !== undefined) return;
    await this.#stage(POSTGRES, `on 127.0.0.1:${ports.postgres}`, () => this.#servers.postgres(this.#screen.say));
  }

  async #simulators(): Promise<void> {
    const { outside, simulators, ports, dataDir, addresses } = this.#plan;
    if (simulators.length === 0) return;
    const env = simulatorEnv(simulators, ports, { stateDir: join(dataDir, 'simulators'), wecomCallback: outside.wecomCallback });
    const isReady = async (): Promise<boolean> => (await Promise.all(simulators.map((name) => answers(`${addresses[name]}/_sim/health`)))).every(Boolean);
    await this.#stage(SIMULATORS, simulators.join(', '), () => this.#node({ name: SIMULATORS, program: hostProgram('simulators'), env, isReady }));
  }

  async #services(host: ServiceHost, basis: Promise<unknown>): Promise<void> {
    const { name, program, adminPort, waitsForGo } = host;
    if (!waitsForGo) await basis;
    const env = { ...serviceEnv(this.#plan.addresses, this.#plan.ports, adminPort), ...this.#servers.envOf(host) };
    const isReady = (): Promise<boolean> => answers(`http://127.0.0.1:${adminPort}/health/ready`);
    await this.#stage(name, `health on 127.0.0.1:${adminPort}`, () => this.#node({ name, program, env, isReady, after: basis }));
  }

  /** Starts one part, shows how long that takes, and keeps it from then on. */
  async #stage(name: string, detail: string, start: () => Promise<ServerProcess>): Promise<void> {
    const stage = this.#screen.stage(name);
    try {
      const part = await keep({ name, start, ending: this.#ending.signal, say: this.#screen.say, changed: () => { this.#note(); } });
      this.#parts.set(name, part);
      stage.done(detail);
      this.#note();
    } catch (error) {
      stage.failed();
      throw error;
    }
  }

  // A child loads its code while what it needs is still starting.
  async #node({ name, program, env, isReady, after }: NodePart): Promise<ServerProcess> {
    const child = startNode({ name, program, env, logFile: join(this.#plan.dataDir, 'logs', `${name}.log`), stopWithin: seconds(8) });
    try {
      await after;
      child.go();
      await child.ready(isReady, this.#ending.signal);
      return child;
    } catch (error) {
      await child.kill();
      throw error;
    }
  }

  #note(): void {
    const processes = [...this.#parts.values()].map((part) => [part.name, part.pid()] as const);
    writeMeshNote(this.#plan.dataDir, {
      startedAt: this.#startedAt,
      readyAt: this.#readyAt,
      addresses: this.#servers.addresses(),
      processes: Object.fromEntries(processes.flatMap(([name, pid]) => (pid === undefined ? [] : [[name, pid]]))),
    });
  }
}

interface NodePart {
  readonly name: string;
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
  readonly isReady: () => Promise<boolean>;
  readonly after?: Promise<unknown>;
}

const KAFKA = 'kafka';
const POSTGRES = 'postgres';
const SIMULATORS = 'simulators';

/** Throws BAD_CONFIG when a mesh runs in this folder already. */
export function assertAlone(dataDir: string): void {
  const running = readMeshNote(dataDir);
  if (running === undefined) return;
  throw new MeshError('BAD_CONFIG', {
    advice: `a mesh runs in ${dataDir} already (process ${running.supervisor?.pid}); stop it, or choose another folder with --data-dir`,
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
