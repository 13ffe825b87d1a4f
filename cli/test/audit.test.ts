import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { regionalManager } from '../src/demo/regional-manager.ts';
import { nextBaskets, openSalesDesk } from '../src/demo/sales-desk.ts';
import { Tracker } from '../src/demo/tracker.ts';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { openCaseDesk } from '../src/gateway/cases.ts';
import { openPartnerDesk } from '../src/gateway/partners.ts';
import { meshScript, startMesh, superuserUrl, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

// the first 100 baskets of the sample have a person asked
const ORDERS = 100;
let mesh: RunningMesh;
/** May do everything. */
let database: pg.Client;

beforeAll(async () => {
  mesh = await startMesh({ settings: { AUDIT_ANCHOR_EVERY_SECONDS: '1' } });
  const { addresses } = mesh.note();
  database = new pg.Client({ connectionString: superuserUrl(mesh) });
  await database.connect();
  await knowsMasterData(addresses, true);
}, 180_000);

afterAll(async () => {
  await database?.end();
  await mesh?.stop();
}, 60_000);

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs `mesh audit` as an auditor would. */
async function audit(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [meshScript, 'audit', ...args, '--data-dir', mesh.dataDir], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  await once(child, 'close');
  return { code: child.exitCode, output };
}
const acts = async (): Promise<readonly string[]> => (await database.query<{ act: string }>('select act from audit.entry order by position')).rows.map(({ act }) => act);

/** Lets orders in until a person was asked about one, and has decided. */
async function approve(): Promise<void> {
  const { addresses } = mesh.note();
  const gateway = mesh.gateway();
  const tracker = new Tracker(gateway);
  const desk = await openSalesDesk(addresses.salesforce);
  const manage = regionalManager(mesh.managers(), (orderId) => tracker.has(orderId));
  tracker.add(await desk.place(nextBaskets(await desk.held(), ORDERS)), Date.now());
  await until('every order to end', async () => {
    await tracker.look();
    await manage();
    return tracker.unfinished().length === 0;
  }, 120_000);
}

/** What SF says of a parcel that it has fetched. */
const fetchedAlready = { apiResultCode: 'A1000', apiErrorMsg: '', apiResponseID: 'x', apiResultData: JSON.stringify({ success: false, errorCode: '8039', errorMsg: 'fetched already', msgData: null }) };

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

/** Has an order whose delivery cannot be called off, and accepts it as it stands. */
async function decideCase(): Promise<void> {
  const { gateway: url, u8, carrier } = mesh.note().addresses;
  const cases = openCaseDesk(url, mesh.session('王芳'));
  await post(`${u8}/_sim/faults`, { match: 'saleorder/add', delayMs: 3_000 });
  await post(`${carrier}/_sim/faults`, { match: 'EXP_RECE_UPDATE_ORDER', body: fetchedAlready });
  const { orders: [sample], products } = loadSample();
  await mesh.place({
    orderId: 'audit-1', customerId: sample?.customerId, customerName: '海风商贸', region: '上海', lines: [{ sku: products.find(({ onHand }) => onHand > 100)?.sku, quantity: 2, unitPriceFen: 250 }],
    shipTo: { contact: '王芳', phone: '13800000000', region: '上海', city: '上海', street: '南京路 1 号' },
  });
  await until('the booking to be asked for', async () => (await mesh.gateway().order('audit-1')).timeline.some(({ type }) => type === 'BookOrder'));
  await mesh.gateway().cancel('audit-1', 'the customer called');
  await until('the case', async () => (await cases.show('audit-1')).status === 'open', 60_000);
  await cases.assign('audit-1', '李娜');
  for (const partner of [u8, carrier]) await fetch(`${partner}/_sim/faults`, { method: 'DELETE' });
  await openCaseDesk(url, mesh.session('韩梅梅')).resolve('audit-1', 'retry-undo', 'the driver has turned round, ring 13812345678');
  await until('the end of the case', async () => (await cases.show('audit-1')).status === 'closed', 60_000);
}

it('keeps what people did, under a key that lies beside the database', async () => {
  await approve();
  await decideCase();
  const partners = openPartnerDesk(mesh.note().addresses.gateway, mesh.session());
  await partners.pause('u8', 'upgrade');
  await partners.resume('u8');
  await until('all that was done', async () => (await acts()).includes('resumed a partner system'));
  expect(await acts()).toEqual(expect.arrayContaining(['denied an approval', 'assigned a case', 'decided a case', 'closed a case', 'paused a partner system']));
  expect(statSync(join(mesh.dataDir, 'audit.key')).mode & 0o777).toBe(0o600);
  const { code, output } = await audit('list', '--order', 'audit-1', '--json');
  expect(code).toBe(0);
  const items: readonly { readonly act: string; readonly actor: string; readonly details: string }[] = JSON.parse(output).items;
  expect(items.map(({ act, actor }) => `${actor} ${act}`)).toEqual(['order-mesh closed a case', '韩梅梅 decided a case', '王芳 assigned a case']);
  expect(output).not.toContain('13812345678');
  expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
}, 300_000);

describe('mesh audit verify', () => {
  let last = 0;
  const OFF = 'alter table audit.entry disable trigger keep_entries';

  beforeAll(async () => {
    last = (await acts()).length;
    await until('the anchor', async () => (await database.query(`select from audit.head where anchored_position = ${last}`)).rowCount === 1);
    await database.query('create table audit.copy as select * from audit.entry');
  });

  /** What somebody with the owner's password does; and then everything is as it was. */
  async function after(...statements: readonly string[]): Promise<Ran> {
    for (const statement of [OFF, ...statements]) await database.query(statement);
    try {
      return await audit('verify');
    } finally {
      for (const statement of ['delete from audit.entry', 'insert into audit.entry select * from audit.copy', 'update audit.head set (position, mac) = (select position, mac from audit.copy order by position desc limit 1)']) {
        await database.query(statement);
      }
    }
  }

  it('finds the log as it was written', async () => {
    const { code, output } = await audit('verify');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(`as it was written: ${last} entries, 1 to ${last} without a gap\n  anchored up to entry ${last} at`) });
    expect(JSON.parse((await audit('verify', '--json')).output)).toMatchObject({ good: last, fault: null, anchor: { position: last } });
  }, 60_000);

  it.each(['update audit.entry set actor = actor', 'delete from audit.entry where position = 1', 'truncate audit.entry'])('has nothing to find after %s: it is refused', async (statement) => {
    await database.query('alter table audit.entry enable trigger keep_entries');
    await expect(database.query(statement)).rejects.toThrow('never changed or removed');
  });

  it('S22: names the first bad row after a flip, a delete, an insert and a truncate', async () => {
    const flipped = await after(`update audit.entry set details = replace(details, 'a', 'b') where position = 2`);
    expect(flipped).toEqual({ code: 1, output: expect.stringContaining('First bad row: 2 (changed): row 2 is not what was recorded there; rows 1 to 1 are as they were written') });
    const deleted = await after('delete from audit.entry where position = 2');
    expect(deleted).toEqual({ code: 1, output: expect.stringContaining('First bad row: 2 (missing): row 2 was taken out') });
    const inserted = await after(
      'alter table audit.entry drop constraint entry_pkey', 'update audit.entry set position = position + 1 where position > 2',
      `insert into audit.entry select 3, at, 'nobody', act, subject, order_id, 'forged', message_type, message_id, details, previous, mac from audit.copy where position = 2`,
      'update audit.head set position = position + 1');
    expect(inserted).toEqual({ code: 1, output: expect.stringContaining('First bad row: 3 (inserted)') });
    const emptied = await after('truncate audit.entry', `update audit.head set position = 0, mac = repeat('0', 64)`);
    expect(emptied).toEqual({ code: 1, output: expect.stringMatching(new RegExp(`First bad row: 1 \\(shortened\\): the anchor of .* knows of ${last} rows, and the log ends with row 0`)) });
  }, 120_000);

  it('misses the end that was cut off, with the head set back as well, because the anchor knows of it', async () => {
    const cut = await after(`delete from audit.entry where position > ${last - 2}`, `update audit.head set (position, mac) = (select position, mac from audit.entry order by position desc limit 1)`);
    expect(cut).toEqual({ code: 1, output: expect.stringContaining(`First bad row: ${last - 1} (shortened)`) });
  }, 60_000);

  it('says that it could not look under another key, without a key, and without a database', async () => {
    const other = join(mesh.dataDir, 'other.key');
    writeFileSync(other, 'f'.repeat(64));
    expect(await audit('verify', '--key-file', other)).toEqual({ code: 2, output: expect.stringContaining('this is not the key that the audit log was begun with') });
    expect(await audit('verify', '--key-file', join(mesh.dataDir, 'none'))).toEqual({ code: 2, output: expect.stringContaining('cannot be read') });
    expect(await audit('verify', '--brokers', '127.0.0.1:1')).toEqual({ code: 2, output: expect.stringContaining('no Kafka answers') });
  }, 60_000);
});
