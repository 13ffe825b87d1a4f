import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditKeyIn, ensureKey, hostProgram, privacyKeyIn, serviceEnv, serviceNames, serviceProgram, simulatorEnv, simulatorNames, startNode, type Addresses, type NodeChild, type Ports } from '@order-mesh/cli/parts';
import type { Policy } from '@order-mesh/contracts';
import { freePort, startKafka, startPostgres } from '@order-mesh/embedded';
import { seconds } from '@order-mesh/kernel';
import { openIssuer, type TestIssuer, type Weather } from '@order-mesh/testing';
import { peopleOf, type People } from '../load/people.ts';
import type { ServiceProgram } from '../crash/program.ts';
import { RunFolder } from './folder.ts';
import { openLink, type Link } from './link.ts';
import { portsOf, type StagePorts } from './ports.ts';
import { Server } from './server.ts';
import { Service, type End } from './service.ts';

export type ServiceName = (typeof serviceNames)[number];
/** Everything a proxy stands before: each service's PostgreSQL is a link of its own. */
export const partnerLinks = ['salesforce', 'salesforcePubsub', 'u8', 'esign', 'carrier'] as const;
export type PartnerLink = (typeof partnerLinks)[number];

export interface StageOptions {
  readonly chance: () => number;
  /** Settings of every service. */
  readonly env?: Readonly<Record<string, string>>;
  /** What services run: the product as it is, if not named. */
  readonly program?: ServiceProgram;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** How many are to come: the disks have room for them. */
  readonly orders: number;
  /** The thresholds of the business, where they are not the usual ones. */
  readonly policy?: Policy;
}

/** The write-ahead log alone may take 512 MB. */
const diskMegabytes = (orders: number): Readonly<Record<'postgres' | 'kafka', number>> => ({ postgres: 900 + orders / 5, kafka: 400 + orders / 20 });
const READY_WITHIN = seconds(120);

/** The whole mesh in processes of its own, a proxy of ours on every link. */
export class Stage {
  readonly folder = new RunFolder();
  readonly services = new Map<string, Service>();
  readonly ends: End[] = [];
  /** Why a disk of ours could not be made, by server. */
  readonly noDisk = new Map<string, string>();
  readonly disks = new Map<string, string>();
  readonly #options: StageOptions;
  readonly people: People;
  readonly #issuer: TestIssuer;
  readonly #ports: StagePorts;
  readonly #links = new Map<string, Link>();
  readonly #guards = new Map<string, Promise<void>>();
  #simulators: NodeChild | undefined;
  kafka: Server;
  postgres: Server;

  private constructor(options: StageOptions, ports: StagePorts, issuer: TestIssuer) {
    this.#issuer = issuer;
    this.people = peopleOf(issuer);
    this.#options = options;
    this.#ports = ports;
    for (const [name, megabytes] of Object.entries(diskMegabytes(options.orders))) {
      const disk = this.folder.mount(name, megabytes);
      if (typeof disk === 'string') this.noDisk.set(name, disk);
      else this.disks.set(name, disk.path);
    }
    this.kafka = new Server('kafka', () => startKafka({ dataDir: this.folder.in('kafka'), port: ports.kafka, advertisedPort: ports.kafkaLink }));
    this.postgres = new Server('postgres', () => startPostgres({ dataDir: this.folder.in('postgres'), port: ports.postgres }));
  }

  static async prepare(options: StageOptions): Promise<Stage> {
    return new Stage(options, await portsOf(), await openIssuer());
  }

  /** Starts everything and waits until every service takes work. */
  async up(): Promise<void> {
    const { say, policy } = this.#options;
    ensureKey(auditKeyIn(this.folder.path));
    ensureKey(privacyKeyIn(this.folder.path));
    await this.#openLinks();
    await Promise.all([this.kafka.up(), this.postgres.up(), this.#startSimulators()]);
    say('Kafka, PostgreSQL and the partners are up');
    if (policy) writeFileSync(this.folder.in('policy.json'), JSON.stringify(policy));
    for (const name of serviceNames) this.#addService(name, name, this.#ports.admin.get(name) ?? 0).start();
    await this.allReady();
    say(`${serviceNames.length} services are ready`);
  }

  /** Waits until every service says that it takes work. */
  async allReady(): Promise<void> {
    for (const end = Date.now() + READY_WITHIN; ; await sleep(200)) {
      const all = [...this.services.values()];
      const ready = await Promise.all(all.map((one) => one.ready()));
      if (ready.every(Boolean)) return;
      this.#options.signal.throwIfAborted();
      if (Date.now() > end) throw new Error(`not ready after ${READY_WITHIN / 1_000} s: ${all.filter((_, index) => !ready[index]).map(({ name }) => name).join(', ')}; logs in ${this.folder.in('logs')}`);
    }
  }

  service(name: string): Service {
    const found = this.services.get(name);
    if (!found) throw new Error(`no service is called ${name}`);
    return found;
  }

  /** Waits until a service says that it takes work; false when it does not in time. */
  async isReady(name: string, withinMs = 45_000): Promise<boolean> {
    for (const end = Date.now() + withinMs; Date.now() < end; await sleep(250)) {
      if (await this.services.get(name)?.ready()) return true;
    }
    return false;
  }

  /** Until it is given back nobody kills this service: something else is going on with it. */
  guard(name: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#guards.set(name, promise);
    return () => {
      this.#guards.delete(name);
      resolve();
    };
  }

  async unguarded(name: string): Promise<void> {
    for (let guard = this.#guards.get(name); guard; guard = this.#guards.get(name)) await guard;
  }

  /** Another process of a service, in the same consumer group. */
  async join(service: ServiceName, name: string): Promise<Service> {
    const member = this.#addService(service, name, await freePort());
    member.start();
    return member;
  }

  async leave(name: string, by: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.service(name).stop(by);
    this.services.delete(name);
  }

  /** The links of this name; `postgres` means those of all services. */
  links(name: string): readonly Link[] {
    const found = [...this.#links.values()].filter((link) => link.name === name || link.name.startsWith(`${name}:`));
    if (found.length === 0) throw new Error(`no link is called ${name}`);
    return found;
  }

  weather(name: string, weather: Weather): void {
    for (const link of this.links(name)) link.set(weather);
  }

  /** Past all proxies, for whoever looks and is no part of the mesh. */
  get directly(): { readonly databaseUrl: string; readonly gateway: string; readonly partners: Readonly<Record<'salesforce' | 'u8' | 'esign' | 'carrier', string>>; readonly kafka: string } {
    const { ports } = this.#ports;
    const at = (port: number): string => `http://127.0.0.1:${port}`;
    return {
      databaseUrl: databaseUrl(this.#ports.postgres), gateway: at(ports.gateway), kafka: `127.0.0.1:${this.#ports.kafka}`,
      partners: { salesforce: at(ports.salesforce), u8: at(ports.u8), esign: at(ports.esign), carrier: at(ports.carrier) },
    };
  }

  /** Where everything is, as `mesh verify` wants to know it. */
  get addresses(): Addresses {
    const { gateway, databaseUrl: database, kafka, partners } = this.directly;
    return {
      gateway, admin: [...this.#ports.admin.values()].map((port) => `http://127.0.0.1:${port}`), contractCallback: this.#callback(), kafkaBrokers: kafka, databaseUrl: database,
      auditKeyFile: auditKeyIn(this.folder.path), privacyKeyFile: privacyKeyIn(this.folder.path), ...partners, u8Eai: `${partners.u8}/u8eai/import.asp`, salesforcePubsub: `127.0.0.1:${this.#ports.ports.salesforcePubsub}`,
    };
  }

  /** Ends every process, link and mount, whatever state they are in, and removes the folder. */
  async down({ keep = false }: { readonly keep?: boolean } = {}): Promise<void> {
    await Promise.all([...this.services.values()].map((one) => one.stop()));
    await this.#simulators?.stop();
    await Promise.allSettled([this.kafka.stop(), this.postgres.stop()]);
    await Promise.all([...this.#links.values()].map((link) => link.close()));
    if (!keep) this.folder.remove();
  }

  async #openLinks(): Promise<void> {
    const { chance } = this.#options;
    const { ports, links, postgresLinks } = this.#ports;
    const add = async (name: string, port: number, target: number): Promise<void> => { this.#links.set(name, await openLink({ name, port, target, chance })); };
    await add('kafka', this.#ports.kafkaLink, this.#ports.kafka);
    for (const [service, port] of postgresLinks) await add(`postgres:${service}`, port, this.#ports.postgres);
    for (const name of partnerLinks) await add(name, links[name], ports[name]);
  }

  async #startSimulators(): Promise<void> {
    // WeCom is on no order's way: its tasks are decided at the gateway here; tokens are signed here, too
    const env = simulatorEnv(simulatorNames.filter((name) => name !== 'wecom' && name !== 'identity'), this.#ports.ports, { stateDir: this.folder.in('simulators') });
    this.#simulators = startNode({ name: 'simulators', program: hostProgram('simulators'), env, logFile: this.folder.in('logs', 'simulators.log'), stopWithin: seconds(4) });
    this.#simulators.go();
    const urls = Object.values(this.directly.partners);
    const answers = (url: string): Promise<boolean> => fetch(`${url}/_sim/health`, { signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok, () => false);
    await this.#simulators.ready(async () => (await Promise.all(urls.map(answers))).every(Boolean), this.#options.signal);
  }

  #addService(service: ServiceName, name: string, adminPort: number): Service {
    const { policy, env, program = serviceProgram } = this.#options;
    const added = new Service({
      name, adminPort, program: (point) => program(service, point), logFile: this.folder.in('logs', `${name}.log`),
      env: { ...serviceEnv(this.#asSeenBy(service), this.#ports.ports, adminPort), ...this.#issuer.env, LOG_LEVEL: 'warn', ...(policy && { POLICY_FILE: this.folder.in('policy.json') }), ...env },
      onEnd: (end) => { this.ends.push(end); },
    });
    this.services.set(name, added);
    return added;
  }

  /** A service knows proxies only. */
  #asSeenBy(service: ServiceName): Addresses {
    const { links, kafkaLink, postgresLinks } = this.#ports;
    const at = (port: number): string => `http://127.0.0.1:${port}`;
    return {
      ...this.addresses, kafkaBrokers: `127.0.0.1:${kafkaLink}`, databaseUrl: databaseUrl(postgresLinks.get(service) ?? 0),
      salesforce: at(links.salesforce), salesforcePubsub: `127.0.0.1:${links.salesforcePubsub}`, u8: at(links.u8), esign: at(links.esign), carrier: at(links.carrier),
    };
  }

  #callback(): string {
    const { contract }: Ports = this.#ports.ports;
    return `http://127.0.0.1:${contract}/v1/callbacks/esign`;
  }
}

const databaseUrl = (port: number): string => `postgres://postgres@127.0.0.1:${port}/postgres`;
