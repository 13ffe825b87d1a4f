import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { programNames } from '@order-mesh/container';
import { parse } from 'yaml';
import { findTool } from '../../tools/fetch.mjs';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const SIMULATORS = ['carrier', 'esign', 'identity', 'salesforce', 'u8', 'wecom'];
const OTHERS = ['grafana', 'kafka', 'postgres', 'prometheus'];

interface Service {
  readonly image: string;
  readonly command: readonly string[] | null;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly host_ip?: string; readonly target: number }[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const compose = await findTool('docker-compose');
const withCompose = compose === undefined ? describe.skip : describe;
if (compose === undefined) process.stderr.write('SKIPPED: whether Docker Compose takes deploy/compose/compose.yaml\n');

withCompose('compose.yaml, as Docker Compose understands it', () => {
  let services: Readonly<Record<string, Service>> = {};
  const named = (name: string): Service => {
    const found = services[name];
    if (found === undefined) throw new Error(`there is no service ${name}`);
    return found;
  };
  beforeAll(() => {
    const { status, stdout, stderr } = spawnSync(compose ?? '', ['-f', `${FOLDER}/compose.yaml`, 'config', '--format', 'json'], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
    expect([status, stderr]).toEqual([0, '']);
    services = JSON.parse(stdout).services;
  });

  it('has every program of the image, the outside world, and what they run on', () => {
    expect(Object.keys(services).sort()).toEqual([...programNames, ...SIMULATORS, ...OTHERS].sort());
    for (const name of programNames) expect([name, named(name).command]).toEqual([name, [name]]);
  });

  it('opens nothing to other machines', () => {
    const ports = Object.entries(services).flatMap(([name, { ports: all = [] }]) => all.map((port) => `${name} ${port.host_ip}:${port.target}`));
    expect(ports.filter((port) => !port.includes(' 127.0.0.1:'))).toEqual([]);
    expect(ports).toContain('gateway 127.0.0.1:8080');
  });

  it.each([...programNames, ...SIMULATORS])('confines %s: nothing to write to, no rights to gain', (name) => {
    expect(named(name)).toMatchObject({ image: 'order-mesh-laptop', read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  });

  it.each(programNames.filter((name) => name !== 'prepare'))('starts %s when all is prepared, and asks whether it is ready', (name) => {
    expect(named(name).depends_on).toMatchObject({ prepare: { condition: 'service_completed_successfully' } });
    expect(named(name).environment).toMatchObject({ KAFKA_BROKERS: 'kafka:9092', DATABASE_MIGRATE: 'false' });
    expect(named(name).healthcheck?.test.at(-1)).toContain('http://127.0.0.1:9464/health/ready');
  });

  it('lets Prometheus look at every service', () => {
    const { scrape_configs: [mesh] } = parse(readFileSync(`${FOLDER}/prometheus.yml`, 'utf8'));
    expect(mesh.static_configs[0].targets).toEqual(programNames.filter((name) => name !== 'prepare').map((name) => `${name}:9464`));
  });
});
