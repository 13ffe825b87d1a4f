import { startProxy, startTestDatabase, type Proxy, type TestDatabase } from '@order-mesh/testing';
import { isPassing, migrate } from '../src/index.ts';

const messaging = { schema: 'messaging', folder: new URL('../migrations/', import.meta.url), shared: true };
let database: TestDatabase;
let proxy: Proxy;
let cutAt = '';

beforeAll(async () => {
  database = await startTestDatabase();
  proxy = await startProxy({
    target: Number(new URL(database.url).port),
    onData: (bytes, _direction, connection) => { if (cutAt !== '' && bytes.includes(cutAt)) connection.reset(); },
  });
}, 120_000);
afterAll(async () => {
  await proxy?.stop();
  await database?.stop();
}, 60_000);

describe('migrating over a connection that is cut', () => {
  const url = () => database.url.replace(/:\d+\//, `:${proxy.port}/`);

  it.each(['pg_advisory_lock', 'create schema', 'migration.done'])('fails as a passing accident when it is cut at "%s", and the process goes on', async (text) => {
    cutAt = text;
    const failure = await migrate(url(), [messaging]).then(() => null, (error: unknown) => error);
    expect(isPassing(failure)).toBe(true);
  }, 30_000);

  it('fails as a passing accident when nobody answers at all', async () => {
    cutAt = '';
    proxy.set({ blackhole: 'both' });
    const failure = await migrate(url(), [messaging]).then(() => null, (error: unknown) => error);
    proxy.heal();
    expect(isPassing(failure)).toBe(true);
  }, 30_000);

  it('is done by the next try', async () => {
    expect(await migrate(url(), [messaging])).toContain('messaging/0001-messaging.sql');
  }, 30_000);
});
