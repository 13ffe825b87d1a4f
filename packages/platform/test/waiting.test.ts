import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { countWaiting } from '../src/count-waiting.ts';
import { createMetrics, type Database } from '../src/index.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'messaging', folder: new URL('../migrations/', import.meta.url), shared: true }]);
  database = server.open();
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

const bury = (offset: number, participant: string): Promise<unknown> => database.query({
  name: 'test.bury', text: `insert into messaging.dead_letter (participant, topic, partition, "offset", key, headers, reason, detail, at) values ($2, 't', 0, $1, 'k', '{}', 'malformed', '', now())`,
  values: [offset, participant],
});

it('shows how long the oldest batch in the outbox has waited, and the dead letters of its own services', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const count = countWaiting({ database, services: new Set(['credit']), metrics });
  await database.query({ name: 'test.write', text: `insert into messaging.outbox (records, created_at) values ('', now() - interval '90 s'), ('', now())` });
  await bury(1, 'credit');
  await bury(2, 'credit');
  await bury(3, 'finance');
  await count();
  const text = await metrics.text();
  expect(text).toMatch(/^mesh_outbox_pending 2$/m);
  expect(Number(/^mesh_outbox_oldest_seconds (\S+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(90);
  expect(text).toMatch(/^mesh_dead_letters_open\{service="credit",class="undecodable",reason="malformed"\} 2$/m);
  expect(text).not.toContain('finance');
});

it('shows as nothing what has gone', async () => {
  const metrics = createMetrics({ processMetrics: false });
  const count = countWaiting({ database, services: new Set(['credit']), metrics });
  await bury(4, 'credit');
  await count();
  await database.query({ name: 'test.drop', text: `update messaging.dead_letter set status = 'dropped', decided_by = 'x', decided_at = now(), note = 'x' where status = 'open'` });
  await database.query({ name: 'test.empty', text: 'delete from messaging.outbox' });
  await count();
  const text = await metrics.text();
  expect(text).toMatch(/^mesh_dead_letters_open\{[^}]*\} 0$/m);
  expect(text).toMatch(/^mesh_outbox_pending 0$/m);
  expect(text).toMatch(/^mesh_outbox_oldest_seconds 0$/m);
});
