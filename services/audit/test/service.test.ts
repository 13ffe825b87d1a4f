import { topics } from '@order-mesh/contracts';
import { runAlone, until, type Alone } from '@order-mesh/testing';
import { auditService } from '../src/module.ts';
import { confirmed, granted, KEY } from './scene.ts';

let audit: Alone;

beforeAll(async () => {
  audit = await runAlone(auditService, [topics.auditAnchors], { AUDIT_KEY: KEY, AUDIT_ANCHOR_EVERY_ENTRIES: '3', AUDIT_ANCHOR_EVERY_SECONDS: '1' });
}, 90_000);
afterAll(async () => { await audit?.stop(); }, 60_000);

const told = (orderId: string) => ({ ...granted(orderId), key: orderId });
const orders = async (): Promise<readonly unknown[]> => (await audit.database.query<{ readonly order_id: string }>({ name: 'orders', text: 'select order_id from audit.entry order by position' })).map((row) => row.order_id);
const anchored = (position: number) => until(`an anchor at ${position}`, async () => audit.said.find((message) => message.type === 'AuditAnchored' && message.value.position === position));

it('takes acts from Kafka, passes over what is none, and anchors what it has added', async () => {
  await audit.publish(told('O1'), { ...confirmed('O1'), key: 'O1' }, told('O2'));
  const anchor = await anchored(2);
  expect([...await orders()].sort()).toEqual(['O1', 'O2']);
  const [last] = await audit.database.query<{ readonly mac: string }>({ name: 'last', text: 'select mac from audit.entry where position = 2' });
  expect(anchor).toMatchObject({ key: anchor.value && `audit/${new Date(anchor.at).toISOString().slice(0, 10)}`, value: { chain: 'audit', position: 2, mac: last?.mac } });
}, 60_000);

it('goes on with the same chain after a restart, and tells its end once more', async () => {
  await audit.restart();
  await until('the end told again', async () => audit.said.filter((message) => message.type === 'AuditAnchored' && message.value.position === 2).length >= 2);
  await audit.publish(told('O3'), told('O4'), told('O5'));
  await anchored(5);
  expect(await orders()).toHaveLength(5);
}, 60_000);

it('does not start under another key than the chain was begun with', async () => {
  await audit.database.query({ name: 'other key', text: `update audit.head set key_print = 'of another key'` });
  await expect(audit.restart()).rejects.toThrow('AUDIT_KEY is not the key that the audit log of this database was begun with');
}, 60_000);
