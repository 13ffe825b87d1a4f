import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startCarrier } from '@order-mesh/carrier-simulator';
import { freePort, startKafka, startPostgres, type KafkaServer, type PostgresServer } from '@order-mesh/embedded';
import { startEsign } from '@order-mesh/esign-simulator';
import { startSalesforce } from '@order-mesh/salesforce-simulator';
import { selfSigned } from '@order-mesh/simulator';
import { openIssuer, until, type TestIssuer } from '@order-mesh/testing';
import { startU8 } from '@order-mesh/u8-simulator';
import pg from 'pg';
import { canEnterImages, inImage, makeImage } from '../../tools/image.mjs';
import { helm, ofKind, render, type KubernetesObject } from './chart.ts';

const canRun = helm !== undefined && canEnterImages();
const withAll = canRun ? describe : describe.skip;
if (!canRun) process.stderr.write('SKIPPED: the mesh as the chart deploys it, because there is no helm or the root of a process cannot be changed here\n');

const identity = selfSigned('both servers', Date.now());
const SECRETS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kafka': { username: 'mesh', password: 'mesh-password' }, 'kafka-admin': { username: 'admin', password: 'admin-password' }, 'ca': { 'ca.crt': identity.certificate },
  'postgresql': { password: 'any/letters?' }, 'salesforce': { secret: 'order-mesh-secret' }, 'order-mesh-audit': { key: 'a key of more than 32 characters, for tests' },
};
const order = {
  source: 'webshop', customerId: 'C12474', customerName: '北京永达工艺品有限公司12474', region: '北京',
  lines: [{ sku: 'P0001', name: 'WHITE HANGING HEART T-LIGHT HOLDER', quantity: 6, unit: '件', unitPriceFen: 295 }],
  shipTo: { contact: '陈艳', phone: '19900002474', region: '北京', city: '北京', street: '建设路775号' },
};

let issuer: TestIssuer;
let folder: string;
let kafka: KafkaServer;
let postgres: PostgresServer;
let objects: readonly KubernetesObject[];
let gateway: string;
const outside: { close(): Promise<void> }[] = [];
const pods: Pod[] = [];

interface Pod {
  readonly name: string;
  readonly child: ChildProcess;
  readonly adminPort: number;
}

withAll('the mesh as the chart deploys it, each container in nothing but its image', () => {
  beforeAll(async () => {
    issuer = await openIssuer();
    folder = mkdtempSync(join(tmpdir(), 'order-mesh-deployed-'));
    mkdirSync(join(folder, 'image'));
    await makeImage(join(folder, 'image'), { madeAt: 0 });
    [kafka, postgres] = await Promise.all([
      startKafka({ dataDir: join(folder, 'kafka'), port: await freePort(), secured: { ...identity, users: { mesh: 'mesh-password', admin: 'admin-password' } } }),
      startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort(), secured: identity }),
    ]);
    await createLogins();
    const values = join(folder, 'values.json');
    writeFileSync(values, JSON.stringify(await valuesHere()));
    objects = render(['--values', values]);
  }, 300_000);
  afterAll(async () => {
    for (const { child } of pods) child.kill('SIGKILL');
    await Promise.all(outside.map((one) => one.close()));
    await Promise.all([kafka?.stop(), postgres?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('is prepared by the job', async () => {
    const job = await runPod(ofKind(objects, 'Job')[0]);
    expect(await endOf(job)).toBe(0);
  }, 90_000);

  it('becomes ready, two replicas of a service too, under logins that own nothing', async () => {
    const deployments = ofKind(objects, 'Deployment');
    for (const one of [...deployments, ...deployments.filter(({ metadata }) => metadata.name.endsWith('-credit'))]) pods.push(await runPod(one));
    expect(pods).toHaveLength(14);
    for (const { name, child, adminPort } of pods) {
      await until(`${name} to be ready, or to end`, async () => child.exitCode !== null || (await fetch(`http://127.0.0.1:${adminPort}/health/ready`)).status === 200, 120_000);
      expect([name, child.exitCode]).toEqual([name, null]);
    }
  }, 240_000);

  it('takes an order to its end, once it has read from the ERP who its customers are', async () => {
    let tries = 0;
    await until('an order to be confirmed', async () => (await endOfOrder(`WEB-${tries += 1}`)) === 'confirmed', 120_000);
  }, 180_000);

  it('ends in order when it is asked to', async () => {
    for (const { child } of pods) child.kill('SIGTERM');
    const codes = await Promise.all(pods.map(async (pod) => [pod.name, await endOf(pod)]));
    expect(codes).toEqual(pods.map(({ name }) => [name, 0]));
  }, 60_000);
});

async function createLogins(): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  for (const statement of ['create role mesh_owner login createrole', 'create role mesh login', 'create role "credit-login" login', 'create database mesh', 'grant create on database mesh to mesh_owner']) await client.query(statement);
  await client.end();
}

/** What somebody would write for the chart: servers with TLS and logins, and the outside world at its addresses. */
async function valuesHere(): Promise<object> {
  const [salesforce, u8, esign, carrier] = await Promise.all([startSalesforce({ restPort: 0, pubsubPort: 0 }), startU8({ port: 0 }), startEsign({ port: 0 }), startCarrier({ port: 0 })]);
  outside.push(salesforce, u8, esign, carrier);
  const [gatewayPort, contractPort] = [await freePort(), await freePort()];
  gateway = `http://127.0.0.1:${gatewayPort}`;
  return {
    kafka: { brokers: [kafka.brokers], partitions: 6, securityProtocol: 'SASL_SSL', sasl: { existingSecret: 'kafka' }, tls: { existingSecret: 'ca' } },
    postgresql: { host: '127.0.0.1', port: Number(new URL(postgres.url).port), existingSecret: 'postgresql', sslMode: 'verify-full', caSecret: 'ca' },
    oidc: { issuer: issuer.env.OIDC_ISSUER },
    prepare: { postgresql: { user: 'mesh_owner' }, kafka: { existingSecret: 'kafka-admin' } },
    services: {
      'contract': { port: contractPort, env: { ESIGN_URL: esign.url, CONTRACT_CALLBACK_URL: `http://127.0.0.1:${contractPort}/v1/callbacks/esign` } },
      'credit': { postgresql: { user: 'credit-login' } },
      'crm-adapter': { env: { SALESFORCE_URL: salesforce.url, SALESFORCE_PUBSUB: salesforce.pubsubEndpoint }, secrets: { SALESFORCE_CLIENT_SECRET: { name: 'salesforce', key: 'secret' } } },
      'erp-adapter': { env: { U8_URL: u8.url } },
      'gateway': { port: gatewayPort, secrets: { OIDC_JWKS: { name: 'login', key: 'keys' } } },
      'logistics': { env: { SF_URL: carrier.url } },
    },
  };
}

/** What a kubelet makes of a pod, but for the port of its own that all pods here share one machine for. */
async function runPod(workload: KubernetesObject | undefined): Promise<Pod> {
  if (workload === undefined) throw new Error('there is no such workload');
  const { containers: [container], volumes } = workload.spec.template.spec;
  const secrets = mkdtempSync(join(folder, 'secrets-'));
  // made for its owner alone, and the container is somebody else
  chmodSync(secrets, 0o755);
  for (const { secret } of volumes.find(({ name }) => name === 'secrets')?.projected?.sources ?? []) {
    for (const { key, path } of secret.items) put(join(secrets, path), secretOf(secret.name, key));
  }
  const adminPort = await freePort();
  const env = { ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])), NODE_ENV: 'production', ADMIN_PORT: String(adminPort) };
  const [file, args] = inImage(join(folder, 'image'), container.args, secrets);
  return { name: container.args[0], child: spawn(file, args, { env, stdio: 'ignore' }), adminPort };
}

const secretOf = (name: string, key: string): string => (name === 'login' ? issuer.env.OIDC_JWKS : SECRETS[name]?.[key] ?? '');

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function endOf({ child }: Pod): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function endOfOrder(orderId: string): Promise<string> {
  const headers = { authorization: `Bearer ${await issuer.system('webshop', 'orders:place orders:read')}` };
  await fetch(`${gateway}/v1/orders`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': orderId }, body: JSON.stringify({ orderId, ...order }) });
  return until('the order to end', async () => /"status":"(confirmed|rejected|cancelled)"/.exec(await (await fetch(`${gateway}/v1/orders/${orderId}`, { headers })).text())?.[1], 60_000);
}
