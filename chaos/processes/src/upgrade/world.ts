import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditKeyIn, ensureKey, hostProgram, serviceEnv, simulatorEnv, simulatorNames, startNode, type Addresses, type NodeChild, type Ports } from '@order-mesh/cli/parts';
import { freePort, startKafka, startPostgres } from '@order-mesh/embedded';
import { seconds } from '@order-mesh/kernel';
import { openIssuer, type TestIssuer } from '@order-mesh/testing';
import { peopleOf, type People } from '../load/people.ts';
import { RunFolder } from '../stage/folder.ts';
import { portsOf } from '../stage/ports.ts';
import { Server } from '../stage/server.ts';

/** How a release may take its leave: the time that Kubernetes and `mesh up` leave it. */
const STOP_WITHIN = seconds(10);
/** A relation, column or function that PostgreSQL does not have. */
const MISSED = /((?:relation|column|function) [^\n]{1,200}? does not exist)/g;

/** What stays while releases come and go: Kafka, PostgreSQL and the partners; and the one release that runs at the moment. */
export class World {
  readonly folder = new RunFolder();
  readonly addresses: Addresses;
  readonly partners: Readonly<Record<'salesforce' | 'u8' | 'esign' | 'carrier', string>>;
  readonly people: People;
  readonly #issuer: TestIssuer;
  readonly #ports: Ports;
  readonly #admin: number;
  readonly #kafka: Server;
  readonly #postgres: Server;
  readonly #signal: AbortSignal;
  #simulators: NodeChild | undefined;
  #services: NodeChild | undefined;
  #runs = 0;

  private constructor({ ports, admin, issuer }: { readonly ports: Ports; readonly admin: number; readonly issuer: TestIssuer }, signal: AbortSignal) {
    const at = (port: number): string => `http://127.0.0.1:${port}`;
    this.#issuer = issuer;
    this.people = peopleOf(issuer);
    this.#ports = ports;
    this.#admin = admin;
    this.#signal = signal;
    this.partners = { salesforce: at(ports.salesforce), u8: at(ports.u8), esign: at(ports.esign), carrier: at(ports.carrier) };
    this.addresses = {
      gateway: at(ports.gateway), admin: [at(admin)], contractCallback: `${at(ports.contract)}/v1/callbacks/esign`, kafkaBrokers: `127.0.0.1:${ports.kafka}`,
      databaseUrl: `postgres://postgres@127.0.0.1:${ports.postgres}/postgres`, ...this.partners, u8Eai: `${at(ports.u8)}/u8eai/import.asp`,
      salesforcePubsub: `127.0.0.1:${ports.salesforcePubsub}`, auditKeyFile: auditKeyIn(this.folder.path),
    };
    this.#kafka = new Server('kafka', () => startKafka({ dataDir: this.folder.in('kafka'), port: ports.kafka }));
    this.#postgres = new Server('postgres', () => startPostgres({ dataDir: this.folder.in('postgres'), port: ports.postgres }));
  }

  static async prepare(signal: AbortSignal): Promise<World> {
    return new World({ ports: (await portsOf()).ports, admin: await freePort(), issuer: await openIssuer() }, signal);
  }

  async up(): Promise<void> {
    ensureKey(auditKeyIn(this.folder.path));
    await Promise.all([this.#kafka.up(), this.#postgres.up(), this.#startSimulators()]);
  }

  /** Starts the services of the release in this folder, all in one process as `mesh up` does; resolves when they take work. Rejects when they cannot on what is there. */
  async run(path: string): Promise<void> {
    const name = this.#logName(++this.#runs);
    this.#services = startNode({
      name, program: { script: join(path, 'cli', 'dist', 'up', 'services-host.js'), args: [] }, logFile: this.folder.in('logs', `${name}.log`), stopWithin: STOP_WITHIN,
      // releases before tokens make nothing of their issuer
      env: { ...serviceEnv(this.addresses, this.#ports, this.#admin), ...this.#issuer.env, LOG_LEVEL: 'warn' },
    });
    this.#services.go();
    await this.#services.ready(() => isOk(`http://127.0.0.1:${this.#admin}/health/ready`), this.#signal);
  }

  /** Asks the release to end, as an upgrade does; tells how it did when that was not by itself, in order and in time, else null. */
  async stop(): Promise<string | null> {
    const services = this.#services;
    this.#services = undefined;
    await services?.stop();
    const how = await services?.exited;
    return how === undefined || how.startsWith('ended with code 0') ? null : how;
  }

  /** What the release that runs looked for in the database and did not find, in its own words. */
  async missed(): Promise<readonly string[]> {
    const log = await readFile(this.folder.in('logs', `${this.#logName(this.#runs)}.log`), 'utf8');
    return [...new Set([...log.matchAll(MISSED)].map(([, what]) => `looked in vain: ${what}`))];
  }

  /** Ends every process, whatever state it is in, and removes the folder. */
  async down({ keep = false }: { readonly keep?: boolean } = {}): Promise<void> {
    await this.#services?.kill();
    await this.#simulators?.stop();
    await Promise.allSettled([this.#kafka.stop(), this.#postgres.stop()]);
    if (!keep) this.folder.remove();
  }

  /** Each release has a log of its own. */
  #logName(run: number): string {
    return `services-${run}`;
  }

  async #startSimulators(): Promise<void> {
    // WeCom is on no order's way, and tokens are signed here
    const env = simulatorEnv(simulatorNames.filter((name) => name !== 'wecom' && name !== 'identity'), this.#ports, { stateDir: this.folder.in('simulators') });
    this.#simulators = startNode({ name: 'simulators', program: hostProgram('simulators'), env, logFile: this.folder.in('logs', 'simulators.log'), stopWithin: seconds(4) });
    this.#simulators.go();
    await this.#simulators.ready(async () => (await Promise.all(Object.values(this.partners).map((url) => isOk(`${url}/_sim/health`)))).every(Boolean), this.#signal);
  }
}

const isOk = (url: string): Promise<boolean> => fetch(url, { signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok, () => false);
