import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { contracts, type Address, type OrderPlaced } from '@order-mesh/contracts';
import { freePort } from '@order-mesh/embedded';
import { fen } from '@order-mesh/kernel';
import { createBroker, createCodec, outgoing, type Broker } from '@order-mesh/messaging';
import { createLog } from '@order-mesh/platform';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { seal, USUAL_CREDENTIALS } from '@order-mesh/wecom-simulator';
import { signIn } from '../src/demo/sales-desk.ts';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { openLetterDesk } from '../src/gateway/dead-letters.ts';
import { wecomOfDemo } from '../src/up/wecom-of-demo.ts';
import { kafkaAdmin, meshScript, startMesh, superuserUrl, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

/** Who looks after deliveries sees whom goods go to; who looks after the books does not. */
const [OPERATIONS, AUDITOR] = ['韩梅梅', '孙立'];

let mesh: RunningMesh;
let database: pg.Client;
let broker: Broker;
let collector: Server;
let wecomPort: number;
/** What went to the collector of traces. */
let traces = '';

beforeAll(async () => {
  collector = createServer((request, response) => {
    request.on('data', (part: Buffer) => { traces += part.toString(); });
    request.on('end', () => { response.writeHead(200, { 'content-type': 'application/json' }).end('{}'); });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  wecomPort = await freePort();
  const { port } = collector.address() as AddressInfo;
  mesh = await startMesh({ settings: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, WECOM_ADAPTER_HTTP_PORT: String(wecomPort), LOG_LEVEL: 'debug' } });
  const { addresses } = mesh.note();
  database = new pg.Client({ connectionString: superuserUrl(mesh) });
  await database.connect();
  broker = createBroker({ driver: 'platformatic', brokers: [addresses.kafkaBrokers], clientId: 'privacy-test', security: kafkaAdmin(mesh) });
  await knowsMasterData(addresses, true);
}, 240_000);

afterAll(async () => {
  await broker?.close();
  await database?.end();
  await mesh?.stop();
  collector?.close();
}, 60_000);

const person = (contact: string, phone: string, street: string): Address => ({ contact, phone, region: '上海', city: '上海', street });
const sample = loadSample();
const customer = sample.customers.find(({ receivables }) => receivables.every(({ daysOverdue }) => daysOverdue < 1));
const sku = sample.products.find(({ onHand }) => onHand > 1_000)?.sku;

const place = (orderId: string, shipTo: Address): Promise<void> =>
  mesh.place({ orderId, customerId: customer?.id, customerName: customer?.name, region: customer?.region, lines: [{ sku, quantity: 1, unitPriceFen: 2_500 }], shipTo });

const carrierFaults = (...rules: readonly object[]): Promise<unknown> => fetch(`${mesh.note().addresses.carrier}/_sim/faults`, {
  method: rules.length > 0 ? 'POST' : 'DELETE', ...(rules.length > 0 && { body: JSON.stringify(rules), headers: { 'content-type': 'application/json' } }),
}).then((answer) => { if (!answer.ok) throw new Error(`the carrier takes no faults: ${answer.status}`); });

async function privacy(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [meshScript, 'privacy', ...args, '--data-dir', mesh.dataDir], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  await once(child, 'close');
  return { code: child.exitCode, output };
}

const logs = (): string => readdirSync(join(mesh.dataDir, 'logs')).map((file) => readFileSync(join(mesh.dataDir, 'logs', file), 'utf8')).join('\n');

/** Every row of every table as text; bytes as hex. */
async function tables(): Promise<string> {
  const { rows } = await database.query<{ schema: string; name: string }>(`select schemaname as schema, tablename as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`);
  const texts: string[] = [];
  for (const { schema, name } of rows) {
    const { rows: [all] } = await database.query<{ text: string | null }>(`select string_agg(t::text, ' ') as text from ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)} t`);
    texts.push(all?.text ?? '');
  }
  return texts.join('\n');
}

/** The bytes of every record of every topic. */
async function topics(): Promise<Buffer> {
  const names = [...new Set(Object.values(contracts).map(({ topic }) => topic))];
  const ends = (await broker.ends(names)).filter(({ offset }) => offset > 0n);
  const consumer = await broker.consumer({ groupId: `privacy-${randomUUID()}`, topics: [...new Set(ends.map(({ topic }) => topic))], maxRecords: 500 });
  const left = new Set(ends.map(({ topic, partition }) => `${topic}/${partition}`));
  const values: Buffer[] = [];
  try {
    while (left.size > 0) {
      const records = await consumer.next();
      values.push(...records.flatMap(({ value }) => value ?? []));
      const last = records.filter(({ topic, partition, offset }) => ends.some((end) => end.topic === topic && end.partition === partition && offset >= end.offset - 1n));
      for (const { topic, partition } of last) left.delete(`${topic}/${partition}`);
    }
  } finally {
    await consumer.close();
  }
  return Buffer.concat(values);
}

const hex = (text: string): string => Buffer.from(text).toString('hex');
const foundIn = (text: string, words: readonly string[]): readonly string[] => words.filter((word) => text.includes(word) || text.includes(hex(word)));

it('S18: shows, logs and traces nobody\'s name, telephone or street, whatever goes wrong', async () => {
  const canary = person('欧阳金丝雀', '13987654321', '金丝雀街 77 号');
  const words = [canary.contact, canary.phone, canary.street];
  await carrierFaults({
    match: 'privacy-refused',
    body: { apiResultCode: 'A1000', apiErrorMsg: '', apiResultData: JSON.stringify({ success: false, errorCode: '1016', errorMsg: `收件电话${canary.phone}无效：${canary.contact}，${canary.street}`, msgData: null }) },
  });
  await Promise.all([place('privacy-good', canary), place('privacy-refused', canary)]);
  expect(await mesh.ended('privacy-good', 60_000)).toMatchObject({ status: 'confirmed' });
  expect(await mesh.ended('privacy-refused', 60_000)).toMatchObject({ status: 'rejected', detail: '1016 收件电话***无效：***，***' });
  await carrierFaults();

  // what another system wrote in the open, where it cannot be taken, and what no one can read
  const open: OrderPlaced = {
    orderId: 'privacy-stray', source: 'test', externalId: 'x', customerId: 'C1', customerName: 'x', region: 'x', lines: [], amount: fen(1), shipTo: canary, placedAt: 1, placedBy: '',
  };
  const producer = await broker.producer();
  const stray = { topic: contracts.PlanDelivery.topic, partition: 0, key: 'privacy-stray', headers: {} };
  await producer.publish([outgoing({ ...stray, value: createCodec().encode({ type: 'OrderPlaced', value: open }) }), outgoing({ ...stray, value: Buffer.from(`no Avro: ${words.join(' ')}`) })]);
  await producer.close();
  const letters = openLetterDesk(mesh.note().addresses.gateway, mesh.session());
  const dead = await until('two dead letters', async () => { const { items } = await letters.list({ order: 'privacy-stray', service: 'logistics' }); return items.length === 2 && items; });
  const details = await Promise.all(dead.map(({ id }) => letters.show(id)));
  expect(details.flatMap(({ message }) => (message ? [message] : []))).toMatchObject([{ type: 'OrderPlaced', value: { shipTo: { contact: '欧*', phone: '139****4321', street: '***' } } }]);
  expect(foundIn(JSON.stringify([dead, details]), words)).toEqual([]);

  // as a process logs what it ends by
  createLog({ service: 'crash', level: 'debug', file: join(mesh.dataDir, 'logs', 'crash.log') })
    .error('the process ends to be started again', { error: new Error(`no row for ${canary.phone}`, { cause: new Error(`Key (phone)=(${canary.phone})`) }), batch: [{ value: open.shipTo }] });

  const shown = await Promise.all(['privacy-good', 'privacy-refused'].map(async (orderId) => (await mesh.ask(`/v1/orders/${orderId}`, undefined, AUDITOR)).text()));
  expect(shown.every((text) => text.includes('"shipTo":{"contact":"欧*","phone":"139****4321","region":"上海","city":"上海","street":"***"}'))).toBe(true);
  expect(await (await mesh.ask('/v1/orders/privacy-good', undefined, OPERATIONS)).json()).toMatchObject({ shipTo: canary });
  await until('the traces', async () => Promise.resolve(traces.includes('privacy-good')));
  expect([shown.join(), logs(), traces].map((text) => foundIn(text, words))).toEqual([[], [], []]);
  expect(logs()).toContain('139****4321');
}, 180_000);

it('S21: hands out what is held of a contact, and has it forgotten for good while every book stays right', async () => {
  const contact = person('司马昭雪', '13755556666', '忘川路 9 号');
  const words = [contact.contact, contact.phone, contact.street];
  expect(statSync(join(mesh.dataDir, 'privacy.key')).mode & 0o777).toBe(0o600);
  await place('forget-1', contact);
  expect(await mesh.ended('forget-1', 60_000)).toMatchObject({ status: 'confirmed' });
  await carrierFaults({ match: 'forget-2', status: 503 });
  await place('forget-2', contact);
  await until('the second order to be at the carrier', async () => (await mesh.ask('/v1/orders/forget-2')).text().then((text) => text.includes('"PlanDelivery"')), 60_000);

  // the partners were told, the signed paper names the contact (compressed, in the PDF), and nothing else does
  expect([foundIn(await tables(), words), foundIn((await topics()).toString(), words)]).toEqual([[], []]);
  const held = JSON.parse((await privacy('export', 'forget-1', '--json')).output);
  expect(held).toMatchObject({ items: [{ orderId: 'forget-1', held: 'sealed', contact, told: [{ system: 'esign', operation: 'draft' }, { system: 'carrier', operation: 'book' }], documents: [{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }] }] });
  const early = await privacy('erase', 'forget-1', '--reason', 'letter of 12 May');
  expect([early.code, early.output]).toEqual([1, expect.stringContaining('forget-2 still need the address')]);
  await carrierFaults();
  expect(await mesh.ended('forget-2', 60_000)).toMatchObject({ status: 'confirmed' });

  const erased = await privacy('erase', 'forget-1', '--reason', 'letter of 12 May');
  expect([erased.code, erased.output]).toEqual([0, expect.stringContaining('the contact of customer')]);
  expect((await privacy('erase', 'forget-2', '--reason', 'again')).output).toContain('erased before, nothing was left to do');
  for (const orderId of ['forget-1', 'forget-2']) {
    expect(await (await mesh.ask(`/v1/orders/${orderId}`)).json()).toMatchObject({ status: 'confirmed', shipTo: { contact: '***', phone: '***', region: '上海', city: '上海', street: '***' } });
    expect(JSON.parse((await privacy('export', orderId, '--json')).output)).toMatchObject({ items: [{ held: 'erased', contact: { contact: '', phone: '', street: '' } }] });
  }
  await until('the audit log', async () => (await database.query(`select from audit.entry where act = 'had contacts erased' and actor = '${OPERATIONS}' and order_id = 'forget-1'`)).rowCount === 1);
  expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
}, 240_000);

/** Tells the adapter something as WeCom does. */
async function wecomTells(xml: string): Promise<number> {
  const { encrypt, msgSignature, timestamp, nonce } = seal(xml, { ...USUAL_CREDENTIALS, corpId: wecomOfDemo.WECOM_CORP_ID, token: wecomOfDemo.WECOM_TOKEN, encodingAesKey: wecomOfDemo.WECOM_ENCODING_AES_KEY }, Date.now());
  const query = new URLSearchParams({ msg_signature: msgSignature, timestamp: String(timestamp), nonce: String(nonce) });
  const body = `<xml><ToUserName>${wecomOfDemo.WECOM_CORP_ID}</ToUserName><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;
  return (await fetch(`http://127.0.0.1:${wecomPort}/v1/callbacks/wecom?${query.toString()}`, { method: 'POST', headers: { 'content-type': 'text/xml' }, body })).status;
}

const fromUser = (type: string, content: string): string =>
  `<xml><ToUserName>${wecomOfDemo.WECOM_CORP_ID}</ToUserName><FromUserName>LiNa</FromUserName><CreateTime>1780286400</CreateTime><MsgType><![CDATA[${type}]]></MsgType>${content}</xml>`;

/** Nothing of these words is anywhere. */
async function leavesNoTrace(words: readonly string[]): Promise<void> {
  expect([foundIn(await tables(), words), foundIn((await topics()).toString(), words), foundIn(logs(), words), foundIn(traces, words)]).toEqual([[], [], [], []]);
}

it('S19: keeps nothing of what people write to each other in WeCom, whoever has agreed to it', async () => {
  const words = ['私聊金丝雀壹', '私聊金丝雀贰', '私聊金丝雀叁'];
  expect(await wecomTells(fromUser('text', `<Content><![CDATA[${words[0]}]]></Content><MsgId>71</MsgId><AgentID>1000002</AgentID>`))).toBe(200);
  expect(await wecomTells(fromUser('event', `<Event>msgaudit_notify</Event><Content>${words[1]}</Content><AgreeStatus>Agree</AgreeStatus>`))).toBe(200);
  expect(await wecomTells(fromUser('event', `<Event>msgaudit_notify</Event><Content>${words[2]}</Content><AgreeStatus>Disagree</AgreeStatus>`))).toBe(200);
  await leavesNoTrace(words);
}, 120_000);

it('S20: keeps nothing of where people are or what they photograph, from WeCom or from the CRM', async () => {
  const words = ['31.230416', '121.473701', 'photo-canary.jpg', '外滩金丝雀'];
  expect(await wecomTells(fromUser('event', '<Event>LOCATION</Event><Latitude>31.230416</Latitude><Longitude>121.473701</Longitude><Precision>15</Precision>'))).toBe(200);
  expect(await wecomTells(fromUser('location', '<Location_X>31.230416</Location_X><Location_Y>121.473701</Location_Y><Label><![CDATA[外滩金丝雀]]></Label><MsgId>72</MsgId>'))).toBe(200);
  expect(await wecomTells(fromUser('image', '<PicUrl><![CDATA[https://wework.example/photo-canary.jpg]]></PicUrl><MediaId>m1</MediaId><MsgId>73</MsgId>'))).toBe(200);
  const salesforce = await signIn(mesh.note().addresses.salesforce);
  const { id: orderId = '' } = await salesforce.sobject('Order').create({
    Account: { AccountNumber: customer?.id }, Status: 'Draft', EffectiveDate: '2026-03-01', ShippingStreet: '南京东路 1 号', ShippingCity: '上海', ShippingState: '上海', ShippingLatitude: 31.230416, ShippingLongitude: 121.473701,
  });
  await salesforce.sobject('OrderItem').create({ OrderId: orderId, Product2: { ProductCode: sku }, Quantity: 1, UnitPrice: 25 });
  await salesforce.sobject('Order').update({ Id: orderId, Status: 'Activated' });
  expect(await mesh.ended(orderId, 60_000)).toMatchObject({ status: 'confirmed' });
  await leavesNoTrace(words);
}, 180_000);
