import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { request, type ClientRequest } from 'node:http';
import { topics } from '@order-mesh/contracts';
import { freePort } from '@order-mesh/embedded';
import { createBroker } from '@order-mesh/messaging';
import { openIssuer, startTestDatabase, startTestKafka, until, type TestDatabase, type TestIssuer, type TestKafka } from '@order-mesh/testing';
import { serviceProgram } from '../src/up/programs.ts';

let kafka: TestKafka;
let postgres: TestDatabase;
let gateway: ChildProcess;
let ports: Readonly<Record<'http' | 'admin', number>>;

let issuer: TestIssuer;
let token: string;

beforeAll(async () => {
  [kafka, postgres, issuer] = await Promise.all([startTestKafka(), startTestDatabase(), openIssuer()]);
  token = await issuer.system('test', 'orders:place orders:read');
}, 90_000);
afterAll(() => Promise.all([kafka?.stop(), postgres?.stop()]), 60_000);

async function startGateway(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  ports = { http: await freePort(), admin: await freePort() };
  const { script, args } = serviceProgram('gateway');
  gateway = spawn(process.execPath, [script, ...args], { stdio: 'ignore', env: {
    ...process.env, KAFKA_BROKERS: kafka.brokers, DATABASE_URL: postgres.url, GATEWAY_HTTP_PORT: String(ports.http), ADMIN_PORT: String(ports.admin), LOG_LEVEL: 'warn', ...issuer.env, ...settings,
  } });
}

const ready = (): Promise<unknown> => until('the gateway to be ready', async () => (await readiness()).status === 200, 60_000);

afterEach(() => { gateway?.kill('SIGKILL'); });

async function readiness(): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`http://127.0.0.1:${ports.admin}/health/ready`);
  return { status: response.status, text: await response.text() };
}

const body = (orderId: string): string => JSON.stringify({
  orderId, source: 'test', customerId: 'C1', customerName: '公司', region: '上海', shipTo: { contact: '王', phone: '13800000000', region: '上海', city: '上海', street: '路 1' },
  lines: [{ sku: 'S1', name: '货', quantity: 1, unit: '件', unitPriceFen: 100 }],
});

/** An order of which the gateway has heard one half. */
interface Half {
  readonly outgoing: ClientRequest;
  readonly answered: Promise<number>;
  sendRest(): void;
}

async function placeHalf(orderId: string): Promise<Half> {
  const text = Buffer.from(body(orderId));
  const outgoing = request({ host: '127.0.0.1', port: ports.http, path: '/v1/orders', method: 'POST', headers: { 'content-type': 'application/json', 'content-length': text.length, 'idempotency-key': orderId, authorization: `Bearer ${token}` } });
  const answered = new Promise<number>((resolve) => {
    outgoing.once('response', (response) => { response.resume().once('end', () => { resolve(response.statusCode ?? 0); }); });
    outgoing.once('error', () => { resolve(0); });
  });
  outgoing.write(text.subarray(0, 40));
  await once(outgoing, 'socket');
  // the half is there once a later request on another connection is answered
  await fetch(`http://127.0.0.1:${ports.http}/v1/orders`);
  return { outgoing, answered, sendRest: () => { outgoing.end(text.subarray(40)); } };
}

async function endOf(child: ChildProcess): Promise<{ readonly code: number | null; readonly by: NodeJS.Signals | null }> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { code: child.exitCode, by: child.signalCode };
}

async function placedOnKafka(): Promise<number> {
  const broker = createBroker({ driver: 'platformatic', brokers: [kafka.brokers], clientId: 'test' });
  try {
    return (await broker.ends([topics.crmEvents])).reduce((sum, { offset }) => sum + Number(offset), 0);
  } finally {
    await broker.close();
  }
}

async function inOutbox(): Promise<number> {
  const [row] = await postgres.open().query<{ readonly rows: bigint }>({ name: 'test.outbox', text: 'select count(*) as rows from messaging.outbox' });
  return Number(row?.rows);
}

describe('a service told to stop', () => {
  it('says that it is not ready, lets nobody in any more, ends what it has begun, publishes it, and ends with 0', async () => {
    await startGateway();
    await ready();
    const before = await placedOnKafka();
    const half = await placeHalf('half-1');
    gateway.kill('SIGTERM');
    await until('readiness to be withdrawn', async () => {
      const { status, text } = await readiness();
      return status === 503 && text.includes('stopping');
    });
    await expect(fetch(`http://127.0.0.1:${ports.http}/v1/orders`)).rejects.toThrow();
    half.sendRest();
    expect(await half.answered).toBe(202);
    expect(await endOf(gateway)).toEqual({ code: 0, by: null });
    expect(await placedOnKafka()).toBe(before + 1);
    expect(await inOutbox()).toBe(0);
  }, 120_000);

  it('ends at once when it is told a second time', async () => {
    await startGateway();
    await ready();
    const half = await placeHalf('half-2');
    gateway.kill('SIGTERM');
    await until('readiness to be withdrawn', async () => (await readiness()).status === 503);
    gateway.kill('SIGTERM');
    expect(await endOf(gateway)).toEqual({ code: 130, by: null });
    expect(await half.answered).toBe(0);
  }, 120_000);

  it('ends at once while it waits for the database to start', async () => {
    await startGateway({ DATABASE_URL: `postgres://postgres@127.0.0.1:${await freePort()}/postgres` });
    await until('it to wait', async () => (await readiness()).text.includes('waiting for the database'), 60_000);
    gateway.kill('SIGTERM');
    expect(await endOf(gateway)).toEqual({ code: 0, by: null });
  }, 90_000);
});
