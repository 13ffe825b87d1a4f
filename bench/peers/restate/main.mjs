import { createServer } from 'node:http2';
import { once } from 'node:events';
import { createEndpointHandler } from '@restatedev/restate-sdk';
import { connect, rpc } from '@restatedev/restate-sdk-clients';
import { runPeer } from '../run.mjs';
import { orderToCash } from './saga.mjs';
import { register, startRestateServer } from './server.mjs';

const PARTITIONS = 4;

await runPeer({
  name: 'Restate',
  packages: ['@restatedev/restate-server', '@restatedev/restate-sdk', '@restatedev/restate-sdk-clients', 'pg'],
  poolSize: 20,
  submitters: 100,
  settings: { partitions: PARTITIONS, submit: 'one-way send with an idempotency key' },
  start: async ({ workDir, pool, finished, fail, opened }) => {
    const service = orderToCash(pool, finished);
    const server = await startRestateServer({ workDir, partitions: PARTITIONS, fail });
    opened.push(() => server.stop());
    await register(server, await serve(service));
    const orders = connect({ url: server.ingressUrl }).serviceSendClient(service);
    const submit = (order) => orders.place(order, rpc.sendOpts({ idempotencyKey: order.id }));
    return { submit };
  },
});

// two lines for each order would be part of what is measured
function quiet({ level }, message) {
  if (level === 'warn' || level === 'error') console.warn(message);
}

// the SDK's own serve() would listen on every interface
async function serve(service) {
  const http = createServer(createEndpointHandler({ services: [service], logger: quiet }));
  http.listen({ host: '127.0.0.1', port: 0 });
  await once(http, 'listening');
  return `http://127.0.0.1:${http.address().port}`;
}
