import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Kafka, logLevel } from 'kafkajs';
import { topics } from '@order-mesh/contracts';
import { until } from '@order-mesh/testing';
import { verify, type InvariantId, type Places, type VerifyOptions } from '@order-mesh/verify';
import { regionalManager } from '../src/demo/regional-manager.ts';
import { nextBaskets, openSalesDesk } from '../src/demo/sales-desk.ts';
import { Tracker } from '../src/demo/tracker.ts';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { openLogins } from '../src/up/logins.ts';
import { openPlanting, type Ledger, type Planting } from './planting.ts';
import { meshScript, startMesh, type RunningMesh } from './running-mesh.ts';
import { violations, violationsAtRest } from './violations.ts';

// the first 100 baskets of the sample meet each kind of refusal
const ORDERS = 100;
let mesh: RunningMesh;
let planting: Planting;
let whileTravelling: readonly string[];

beforeAll(async () => {
  mesh = await startMesh();
  const { addresses } = mesh.note();
  planting = await openPlanting(mesh);
  await knowsMasterData(addresses, true);
  whileTravelling = await placeAndWatch();
}, 300_000);

afterAll(async () => {
  await planting?.close();
  await mesh?.stop();
}, 60_000);

/** Lets orders travel to their ends, verifying all the time; gives what was held against them meanwhile. */
async function placeAndWatch(): Promise<readonly string[]> {
  const { addresses } = mesh.note();
  const gateway = mesh.gateway();
  const tracker = new Tracker(gateway);
  const desk = await openSalesDesk(addresses.salesforce);
  const manage = regionalManager(mesh.managers(), (orderId) => tracker.has(orderId));
  const placing = desk.place(nextBaskets(await desk.held(), ORDERS)).then((placed) => { tracker.add(placed, Date.now()); });
  const alarms: string[] = [];
  await until('every order to end', async () => {
    alarms.push(...await violations(addresses, {}));
    await tracker.look();
    await manage();
    return tracker.all().length === ORDERS && tracker.unfinished().length === 0;
  }, 200_000);
  await placing;
  return alarms;
}

const places = (changes: Partial<Places> = {}): Places => ({ ...mesh.note().addresses, ...changes });

const one = (sql: string): Promise<string> => planting.one(sql);
const planted = (plant: string, repair: string, options?: VerifyOptions): Promise<readonly string[]> => planting.planted(plant, repair, options);
const lying = (url: string, lie: (ledger: Ledger) => unknown): Promise<string> => planting.lying(url, lie);

const confirmed = (): Promise<string> => one(`select order_id from order_orchestrator.saga where status = 'confirmed' order by order_id limit 1`);
/** Refused by the signer: credit and stock were undone. */
const undone = (): Promise<string> => one(`select order_id from order_orchestrator.saga where status = 'rejected' and state #>> '{refusal,step}' = 'contract' order by order_id limit 1`);

it('holds nothing against orders on their way', () => {
  expect(whileTravelling).toEqual([]);
});

it('finds every invariant whole at the end, having looked at all there is', async () => {
  expect(await violationsAtRest(places())).toEqual([]);
  const verdicts = await verify(places(), { settled: true });
  expect(verdicts.flatMap(({ rows }) => rows)).toEqual([]);
  expect(verdicts.map(({ id, status }) => `${id} ${status}`)).toEqual(Array.from({ length: 12 }, (_, index) => `I${index + 1} holds`));
  expect(verdicts.find(({ id }) => id === 'I3')?.checked).toEqual({ orders: ORDERS });
  expect(verdicts.find(({ id }) => id === 'I12')?.checked).toMatchObject({ orders: ORDERS });
}, 90_000);

describe('a planted violation is caught by its own invariant, which names the row', () => {
  it('I1: a fen too much in an account', async () => {
    const customer = await one('select customer_id from credit.hold where status in (\'confirmed\', \'invoiced\') limit 1');
    const change = (by: number): string => `update credit.account set held = held + ${by} where customer_id = '${customer}'`;
    expect(await planted(change(1), change(-1))).toEqual([expect.stringMatching(new RegExp(`^I1 customer ${customer} the account holds \\d+ fen, its open orders \\d+$`))]);
  }, 60_000);

  it('I1: a promotion that is booked with a fen too much, and an order that costs a fen less than its lines', async () => {
    const rule = await one('select rule from pricing.budget where spent > 0 limit 1');
    const spend = (by: number): string => `update pricing.budget set spent = spent + ${by} where rule = '${rule}'`;
    expect(await planted(spend(1), spend(-1))).toEqual([expect.stringMatching(new RegExp(`^I1 promotion ${rule} is booked with \\d+ fen, orders were given \\d+$`))]);
    const customer = await one(`select customer_id from pricing.quote where status = 'priced' limit 1`);
    const more = (by: number): string => `update pricing.customer set orders = orders + ${by} where customer_id = '${customer}'`;
    expect(await planted(more(1), more(-1))).toEqual([expect.stringMatching(new RegExp(`^I1 customer ${customer} is booked with \\d+ orders over \\d+ fen, there are \\d+ over \\d+$`))]);
  }, 60_000);

  it('I2: a unit too much on a shelf', async () => {
    const change = (by: number): string => `update inventory.level set reserved = reserved + ${by} where (sku, warehouse) = (select sku, warehouse from inventory.lock_line order by sku limit 1)`;
    expect(await planted(change(1), change(-1))).toEqual([expect.stringMatching(/^I2 \S+ in \S+ \d+ units are reserved, the orders' locks add up to \d+$/)]);
  }, 60_000);

  it('I3: a row that says two things', async () => {
    const orderId = await confirmed();
    const change = (status: string): string => `update order_orchestrator.saga set state = jsonb_set(state, '{status}', '"${status}"') where order_id = '${orderId}'`;
    expect(await planted(change('cancelled'), change('confirmed'))).toEqual([`I3 order ${orderId} is confirmed, its state says cancelled`]);
  }, 60_000);

  it('I4: a document that U8 lost, a fen of difference, a parcel the carrier called off', async () => {
    const orderId = await confirmed();
    const { addresses } = mesh.note();
    const isOurs = (entry: Record<string, unknown>): boolean => entry['externalRef'] === orderId && entry['kind'] !== 'oughtreceive';
    const without = await lying(addresses.u8, ({ documents = [] }) => ({ documents: documents.filter((document) => !isOurs(document)) }));
    expect(await violations(places({ u8: without }))).toEqual([`I4 order ${orderId} is confirmed without a live sales order at U8`]);
    const off = await lying(addresses.u8, ({ documents = [] }) => ({ documents: documents.map((document) => (isOurs(document) ? { ...document, amount: `${(Number(document['amount']) + 0.01).toFixed(4)}` } : document)) }));
    expect(await violations(places({ u8: off }))).toEqual([expect.stringMatching(new RegExp(`^I4 order ${orderId} is over \\d+ fen, its sales order XSDD\\d+ at U8 over \\d+ fen$`))]);
    const calledOff = await lying(addresses.carrier, ({ shipments = [] }) => ({ shipments: shipments.map((shipment) => (isOurs(shipment) ? { ...shipment, live: false } : shipment)) }));
    expect(await violations(places({ carrier: calledOff }))).toEqual([`I4 order ${orderId} is confirmed without a live shipment at the carrier`]);
  }, 120_000);

  it('I4: an order that the CRM does not show as confirmed', async () => {
    const orderId = await confirmed();
    const untold = await lying(mesh.note().addresses.salesforce, ({ Order: orders = [] }) => ({ Order: orders.map((order) => (order['Id'] === orderId ? { ...order, Mesh_Status__c: null } : order)) }));
    expect(await violations(places({ salesforce: untold }))).toEqual([`I4 order ${orderId} is confirmed, and the CRM shows nothing`]);
  }, 60_000);

  it('I5: a contract that still binds a customer whose order was rejected', async () => {
    const orderId = await one(`select order_id from contract.contract where status = 'void' limit 1`);
    const change = (set: string): string => `update contract.contract set ${set} where order_id = '${orderId}'`;
    const signed = change(`status = 'signed', sign_flow_id = 'flow', document_sha256 = '${'0'.repeat(64)}', signed_at = now()`);
    expect(await planted(signed, change(`status = 'void', sign_flow_id = null, document_sha256 = null, signed_at = null`))).toEqual([`I5 order ${orderId} is rejected, its contract is signed`]);
  }, 60_000);

  it('I6: an order that only the CRM knows, and a message that Kafka does not have', async () => {
    const activated = await lying(mesh.note().addresses.salesforce, ({ Order: orders = [] }) => ({ Order: [...orders, { ...orders.find((order) => order['Status'] === 'Activated'), Id: '801LOST' }] }));
    expect(await violations(places({ salesforce: activated }))).toEqual(['I6 order 801LOST is activated in the CRM, and nobody follows it']);
    const orderId = await confirmed();
    const entry = JSON.stringify([{ id: 'planted', at: 0, type: 'OrderRecorded', summary: '', value: {} }]);
    const lost = `insert into gateway.timeline_page (order_id, id, entries) values ('${orderId}', 'planted', '${entry}')`;
    expect(await planted(lost, `delete from gateway.timeline_page where id = 'planted'`)).toEqual([expect.stringMatching(new RegExp(`^I6 order ${orderId} 1 of the \\d+ messages in its timeline are neither on Kafka nor in the outbox$`))]);
  }, 90_000);

  it('I6: a record that was passed over without a dead letter', async () => {
    await planting.publish({ type: 'CancelRequested', key: 'poison', value: { orderId: 'poison', reason: '', requestedBy: 'test', requestedAt: 0 } }, { cut: 3 });
    await until('the letters', async () => Number(await one(`select count(*) from messaging.dead_letter where key = 'poison'`)) > 1);
    expect(await violationsAtRest(places())).toEqual([]);
    const copy = 'create temp table letters as select * from messaging.dead_letter; alter table messaging.dead_letter disable trigger keep_rows; delete from messaging.dead_letter; alter table messaging.dead_letter enable trigger keep_rows';
    const back = 'insert into messaging.dead_letter overriding system value select * from letters';
    expect(await planted(copy, back)).toEqual([expect.stringMatching(/^I6 record crm.events.v1\/\d+\/\d+ cannot be read, was passed over, and is no dead letter$/)]);
  }, 90_000);

  it('I7: an order that U8 was made to enter twice, though one was closed since', async () => {
    const orderId = await confirmed();
    const twice = await lying(mesh.note().addresses.u8, ({ documents = [] }) => ({ documents: documents.flatMap((document) => (
      document['externalRef'] === orderId && document['kind'] === 'saleorder' ? [document, { ...document, code: 'XSDD2', bizId: 'other', state: '关闭', live: false }] : [document])) }));
    expect(await violations(places({ u8: twice }))).toEqual([expect.stringMatching(new RegExp(`^I7 order ${orderId} was entered 2 times as a sales order: XSDD\\d+, XSDD2$`))]);
  }, 60_000);

  it('I9: an approval that was granted after its deadline', async () => {
    const id = await one(`select approval_id from approvals.task where status = 'granted' limit 1`);
    const change = (by: string): string => `update approvals.task set deadline = deadline ${by} interval '100 hours' where approval_id = '${id}'`;
    expect(await planted(change('-'), change('+'))).toEqual([expect.stringMatching(new RegExp(`^I9 approval ${id} was granted by .*; decided again it is too-late$`))]);
  }, 60_000);

  it('I9: an order whose rules are said to have decided otherwise, and one whose rules are not kept', async () => {
    const orderId = await one(`select order_id from credit.hold where record like '%"rule":"freeze-overdue"%' and approval_id is not null limit 1`);
    const change = (from: string, to: string): string => `update credit.hold set record = replace(record, '${from}', '${to}') where order_id = '${orderId}'`;
    const [asked, refused] = ['"verdict":"ask"', '"verdict":"grant"'];
    expect(await planted(change(asked, refused), change(refused, asked))).toEqual([expect.stringMatching(new RegExp(`^I9 order ${orderId} was decided .*grant.* by freeze-overdue; decided again it is .*ask.* by freeze-overdue$`))]);
    const priced = await one(`select order_id from pricing.quote where records like '%"rule":"new-customer-first-order"%' and status = 'priced' limit 1`);
    const otherwise = (from: string, to: string): string => `update pricing.quote set records = replace(records, '${from}', '${to}') where order_id = '${priced}'`;
    expect(await planted(otherwise('"off":3000', '"off":2999'), otherwise('"off":2999', '"off":3000'))).toEqual([expect.stringMatching(new RegExp(`^I9 order ${priced} its price was decided .*2999.* by new-customer-first-order; decided again it is .*3000.*$`))]);
    expect(await planted(change('"hash":"', '"hash":"gone'), change('"hash":"gone', '"hash":"'))).toEqual([expect.stringMatching(new RegExp(`^I9 order ${orderId} was decided by rules gone\\w+, which are not kept$`))]);
  }, 60_000);

  it('I9: a contract in another form, and a shipment by another way than rules say', async () => {
    const orderId = await confirmed();
    const change = (table: string, from: string, to: string): string => `update ${table} set record = replace(record, '${from}', '${to}') where order_id = '${orderId}'`;
    for (const [table, what, word] of [['contract.contract', 'contract', '"signWithinDays":'], ['logistics.shipment', 'shipment', '"insured":']] as const) {
      expect(await planted(change(table, `,${word}`, `,"x":0,${word}`), change(table, `,"x":0,${word}`, `,${word}`)))
        .toEqual([expect.stringMatching(new RegExp(`^I9 order ${orderId} its ${what} was decided .*"x":0.*; decided again it is `))]);
    }
  }, 60_000);

  it('I10: an approval that nobody decided', async () => {
    const id = await one(`select approval_id from approvals.task where status = 'granted' limit 1`);
    const by = await one(`select decided_by from approvals.task where approval_id = '${id}'`);
    const change = (name: string): string => `update approvals.task set decided_by = '${name}' where approval_id = '${id}'`;
    expect(await planted(change(' '), change(by))).toEqual([expect.stringMatching(new RegExp(`^I10 approval ${id} was granted at .* by nobody with a name$`))]);
  }, 60_000);

  it('I10: rules that a service decides by and nobody released', async () => {
    const hash = await one('select hash from rulebook.rule_set limit 1');
    const live = `insert into rulebook.live (service, point, version, hash) values ('planted', 'credit-control', 7, '${hash}')`;
    expect(await planted(live, `delete from rulebook.live where service = 'planted'`)).toEqual([`I10 rules of credit-control planted decides by version 7 (${hash}), which nobody released`]);
  }, 60_000);

  it('I10: a decision that somebody took out of the audit log', async () => {
    const id = await one(`select approval_id from approvals.task where status in ('granted', 'denied') order by decided_at desc limit 1`);
    const entry = `from audit.entry where subject = 'approval ${id}'`;
    expect(await planted(
      `alter table audit.entry disable trigger keep_entries; create table audit.taken as select * ${entry}; delete ${entry}`,
      'insert into audit.entry select * from audit.taken; drop table audit.taken; alter table audit.entry enable trigger keep_entries',
    )).toEqual([expect.stringMatching(new RegExp(`^I10 approval ${id} was (granted|denied) by .*, and the audit log does not say so$`))]);
  }, 60_000);

  it('I10: an approval decided by who had asked for it, where the constraint is gone that forbids it', async () => {
    const id = await one(`select approval_id from approvals.task where status = 'granted' limit 1`);
    const rule = await one(`select pg_get_constraintdef(oid) from pg_constraint where conname = 'no_self_approval'`);
    const own = `alter table approvals.task drop constraint no_self_approval; update approvals.task set requested_by = decided_by where approval_id = '${id}'`;
    const back = `update approvals.task set requested_by = '' where approval_id = '${id}'; alter table approvals.task add constraint no_self_approval ${rule}`;
    expect(await planted(own, back)).toEqual([expect.stringMatching(new RegExp(`^I10 approval ${id} was granted by .*, who had asked for it$`))]);
  }, 60_000);

  it('I11: a call that nobody settled; while orders travel it may still be, and what moves on during the look is not stuck', async () => {
    const orderId = await confirmed();
    const call = `insert into outbound.call (service, key, system, operation, order_id, ledger, request, status, attempts, next_at, give_up_at, created_at, updated_at)
      values ('test', 'planted', 'u8', 'book', '${orderId}', '', '{}', 'asked', 0, now() + interval '1 day', now() + interval '1 day', now(), now())`;
    const repair = `delete from outbound.call where key = 'planted'`;
    expect(await planted(call, repair)).toEqual([`I11 call planted book of order ${orderId} to u8 is asked after 0 attempts: nothing known`]);
    expect(await planted(call, repair, {})).toEqual([]);
    await planting.query(call);
    const moveOn = (line: string): void => { if (line.startsWith('I11')) void planting.query(repair); };
    expect(await violations(places(), { settled: true, only: ['I11'], progress: moveOn })).toEqual([]);
  }, 60_000);

  it('I12: a view that shows another end, and a message that is not shown', async () => {
    const orderId = await confirmed();
    const change = (status: string): string => `update gateway.order_view set status = '${status}' where order_id = '${orderId}'`;
    expect(await planted(change('manual'), change('confirmed'))).toEqual([`I12 order ${orderId} its view is not what its messages make of it: state`]);
    const page = await one(`select id from gateway.timeline_page where order_id = '${orderId}' limit 1`);
    const move = (from: string, to: string): string => `update gateway.timeline_page set order_id = '${to}' where order_id = '${from}' and id = '${page}'`;
    expect(await planted(move(orderId, 'elsewhere'), move('elsewhere', orderId))).toEqual([expect.stringMatching(new RegExp(`^I12 order ${orderId} its timeline lacks \\d+ of the \\d+ messages on Kafka$`))]);
  }, 90_000);
});

it('says plainly what it has not compared with', async () => {
  const { databaseUrl, kafkaBrokers, kafkaSecurity } = mesh.note().addresses;
  const verdicts = await verify({ databaseUrl, kafkaBrokers, kafkaSecurity }, { only: ['I4', 'I6'] });
  expect(verdicts.flatMap(({ notChecked }) => notChecked)).toEqual([
    'sales orders: no ledger of U8 to compare with', 'receivables: no ledger of U8 to compare with', 'contracts: no ledger of the e-sign provider to compare with',
    'shipments: no ledger of the carrier to compare with', 'what the CRM shows: no ledger of Salesforce to compare with', 'orders of the CRM: no ledger of Salesforce to compare with',
  ]);
}, 60_000);

async function command(...args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string; readonly said: string }> {
  const child = spawn(process.execPath, [meshScript, 'verify', ...args, '--data-dir', mesh.dataDir], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
  const heard = { out: '', said: '' };
  child.stdout.on('data', (chunk: Buffer) => { heard.out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { heard.said += chunk.toString(); });
  await once(child, 'close');
  return { code: child.exitCode, ...heard };
}

it('is a command: a line an invariant, and the exit code', async () => {
  const { code, out } = await command('--settled');
  expect(out).toMatch(new RegExp(`✔ I3 .* ${ORDERS} orders\n`));
  expect(out).toMatch(/12 hold, 0 violated \((?:\d+ ms|[\d.]+ s)\)\n$/);
  expect(code).toBe(0);
  expect(await command('--only', 'I99')).toMatchObject({ code: 1, said: expect.stringContaining('there is no I99; --only takes some of I1, I2') });
}, 90_000);

// what is on Kafka cannot be taken back, so these come last, each on top of those before
describe('a planted message is caught by its own invariant', () => {
  const known = new Map<InvariantId, number>();
  const found = async (id: InvariantId): Promise<readonly string[]> => {
    await violationsAtRest(places(), 3_000);
    const all = await violations(places());
    const ids = all.map((line) => line.split(' ')[0]);
    expect([...new Set(ids)].sort()).toEqual([...known.keys(), id].sort());
    known.set(id, ids.length);
    return all.filter((line) => line.startsWith(`${id} `));
  };

  it('I8: a message in the partition of another order', async () => {
    const orderId = await confirmed();
    await planting.publish({ type: 'PlacementIgnored', key: orderId, value: { orderId, reason: 'same-content', detail: 'planted', at: 0 } }, { beside: 1 });
    expect(await found('I8')).toEqual([expect.stringMatching(new RegExp(`^I8 order ${orderId} PlacementIgnored lies in partition \\d+ of order.events.v1, its order's is \\d+$`))]);
  }, 60_000);

  it('I5: credit that was given back before stock was', async () => {
    const orderId = await undone();
    await planting.publish({ type: 'ReleaseCredit', key: orderId, value: { orderId } });
    expect(await found('I5')).toEqual([`I5 order ${orderId} credit was undone (ReleaseCredit) before the answer about stock (StockReleased) had come`]);
  }, 60_000);

  it('I3: a second end', async () => {
    const orderId = await confirmed();
    await planting.publish({ type: 'OrderCancelled', key: orderId, value: { orderId, source: 'test', externalId: 'planted', reason: 'planted', at: 0 } });
    expect(await found('I3')).toEqual([`I3 order ${orderId} is confirmed, and Kafka tells of 2 ends: confirmed, cancelled`]);
  }, 60_000);
});

it('holds nothing against orders whose messages Kafka has deleted by age, and says so', async () => {
  const admin = new Kafka({ brokers: mesh.note().addresses.kafkaBrokers.split(','), logLevel: logLevel.NOTHING, sasl: { mechanism: 'scram-sha-512', username: 'admin', password: openLogins(mesh.dataDir).passwordOf('kafka', 'admin') } }).admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topics.creditEvents);
  await admin.deleteTopicRecords({ topic: topics.creditEvents, partitions: ends.map(({ partition, high }) => ({ partition, offset: String(Number(high) - Math.min(1, Number(high))) })) });
  await admin.disconnect();
  const verdicts = await verify(places(), { settled: true });
  expect(verdicts.filter(({ status }) => status === 'violated').map(({ id }) => id)).toEqual(['I8']);
  expect(verdicts.find(({ id }) => id === 'I12')?.notChecked).toEqual([expect.stringMatching(/^orders begun before .*: Kafka has deleted messages of theirs by age$/)]);
}, 60_000);
