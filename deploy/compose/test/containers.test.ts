import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from '@order-mesh/testing';
import { DockerComposeEnvironment, Wait, type StartedDockerComposeEnvironment } from 'testcontainers';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const GATEWAY_PORT = 18_080;
const ORDERS = `http://127.0.0.1:${GATEWAY_PORT}/v1/orders`;
const order = {
  source: 'webshop', customerId: 'C12474', customerName: '北京永达工艺品有限公司12474', region: '北京',
  lines: [{ sku: 'P0001', name: 'WHITE HANGING HEART T-LIGHT HOLDER', quantity: 6, unit: '件', unitPriceFen: 295 }],
  shipTo: { contact: '陈艳', phone: '19900002474', region: '北京', city: '北京', street: '建设路775号' },
};

const hasDocker = spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0 && spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;
const withDocker = hasDocker ? describe : describe.skip;
if (!hasDocker) process.stderr.write('SKIPPED: the mesh in containers (deploy/compose/compose.yaml), because there is no Docker with Compose here\n');

withDocker('the mesh in containers', () => {
  let mesh: StartedDockerComposeEnvironment;
  beforeAll(async () => {
    mesh = await new DockerComposeEnvironment(FOLDER, 'compose.yaml')
      .withBuild()
      .withEnvironment({ GATEWAY_HTTP_PORT: String(GATEWAY_PORT) })
      .withWaitStrategy('gateway-1', Wait.forHealthCheck())
      .withStartupTimeout(900_000)
      .up();
  }, 960_000);
  afterAll(async () => { await mesh?.down({ removeVolumes: true }); }, 120_000);

  it('takes an order to its end, once it has read from the ERP who its customers are', async () => {
    let tries = 0;
    await until('an order to be confirmed', async () => (await endOf(`WEB-${tries += 1}`)) === 'confirmed', 180_000);
  }, 240_000);
});

/** As the web shop, which signs in by itself. */
async function shop(): Promise<{ readonly authorization: string }> {
  const answer = await fetch('http://127.0.0.1:8088/token', {
    method: 'POST', headers: { authorization: `Basic ${btoa('webshop:demo-webshop-secret')}` }, body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:place orders:read' }),
  });
  const { access_token: token }: { readonly access_token: string } = JSON.parse(await answer.text());
  return { authorization: `Bearer ${token}` };
}

async function endOf(orderId: string): Promise<string> {
  const headers = await shop();
  await fetch(ORDERS, { method: 'POST', headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': orderId }, body: JSON.stringify({ orderId, ...order }) });
  return until('the order to end', async () => /"status":"(confirmed|rejected|cancelled)"/.exec(await (await fetch(`${ORDERS}/${orderId}`, { headers })).text())?.[1], 60_000);
}
