import { DBOS } from '@dbos-inc/dbos-sdk';
import { runPeer } from '../run.mjs';
import { registerOrderToCash } from './saga.mjs';

const SYSTEM_POOL_SIZE = 10;

const quiet = { debug() {}, info() {}, warn: (entry) => console.warn(entry), error: (entry) => console.error(entry) };

await runPeer({
  name: 'DBOS',
  packages: ['@dbos-inc/dbos-sdk', 'pg'],
  poolSize: 10,
  submitters: 100,
  settings: { systemDatabasePoolSize: SYSTEM_POOL_SIZE, start: 'direct' },
  start: async ({ databaseUrl, pool, finished, opened }) => {
    const orderToCash = registerOrderToCash(pool, finished);
    DBOS.setConfig({
      name: 'order-to-cash',
      applicationVersion: '1',
      systemDatabaseUrl: databaseUrl,
      systemDatabasePoolSize: SYSTEM_POOL_SIZE,
      logger: quiet,
    });
    await DBOS.launch();
    opened.push(() => DBOS.shutdown());
    // a direct start has no queue before it, so each submitter waits for its order: 100 submitters are 100 in flight
    const submit = async (order) => {
      const handle = await DBOS.startWorkflow(orderToCash, { workflowID: order.id })(order);
      await handle.getResult();
    };
    return { submit };
  },
});
