import { generateKeyPairSync, createSign } from 'node:crypto';
import type { Connection } from 'jsforce';
import { loadSample } from '@order-mesh/simulator';
import { MESH_APP, SALES_APP, type Salesforce } from '../src/index.ts';
import { openWorld, placeOrder, placeOrders, sampleOrder, signIn } from './world.ts';

describe('Salesforce as jsforce meets it', () => {
  let world: Salesforce;
  let sales: Connection;
  let mesh: Connection;

  beforeAll(async () => {
    world = await openWorld();
    [sales, mesh] = [await signIn(world), await signIn(world, MESH_APP)];
  });
  afterAll(() => world.close());
  afterEach(() => world.faults.clear());

  it('takes a real order from draft to activation, and shows it with its lines', async () => {
    const order = sampleOrder(0);
    const id = await placeOrder(sales, order);
    const { records } = await mesh.query(`SELECT Id, Status, OrderNumber, TotalAmount, Account.AccountNumber, (SELECT Quantity, UnitPrice, Product2.ProductCode FROM OrderItems ORDER BY OrderItemNumber) FROM Order WHERE Id = '${id}'`);
    const amountFen = order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceFen, 0);
    expect(records).toMatchObject([{ Id: id, Status: 'Activated', TotalAmount: amountFen / 100, Account: { AccountNumber: order.customerId } }]);
    expect(records[0]?.['OrderItems'].records.map((line: { Product2: { ProductCode: string }; Quantity: number }) => [line.Product2.ProductCode, line.Quantity]))
      .toEqual(order.lines.map((line) => [line.sku, line.quantity]));
  });

  it('takes 200 orders with all their lines, and pages through the lines', async () => {
    const orders = loadSample().orders.slice(1, 201);
    const ids = await placeOrders(sales, orders);
    const wanted = orders.reduce((sum, order) => sum + order.lines.length, 0);
    const query = `SELECT OrderId, Product2.ProductCode, Quantity, UnitPrice FROM OrderItem WHERE OrderId IN (${ids.map((id) => `'${id}'`).join(',')}) ORDER BY OrderId, OrderItemNumber`;
    const lines = await mesh.query(query, { autoFetch: true, maxFetch: 50_000 });
    expect([lines.totalSize, lines.records.length, lines.done]).toEqual([wanted, wanted, true]);
  });

  it('writes back once, however often it is told, by our own order id', async () => {
    const id = await placeOrder(sales, sampleOrder(201));
    await mesh.sobject('Order').update({ Id: id, Mesh_Order_Id__c: 'SO-201' });
    const writeBack = { Mesh_Order_Id__c: 'SO-201', Mesh_Status__c: 'CONFIRMED', Mesh_Confirmed_At__c: '2026-03-01T08:00:00Z' };
    const results = [await mesh.sobject('Order').upsert([writeBack], 'Mesh_Order_Id__c'), await mesh.sobject('Order').upsert([writeBack], 'Mesh_Order_Id__c')];
    expect(results).toEqual([[{ id, success: true, errors: [], created: false }], [{ id, success: true, errors: [], created: false }]]);
    expect(await mesh.sobject('Order').retrieve(id)).toMatchObject({ Mesh_Status__c: 'CONFIRMED', Mesh_Confirmed_At__c: '2026-03-01T08:00:00.000+0000' });
  });

  describe('a collection upserted by external id', () => {
    const patch = async (path: string, records: readonly object[], connection = mesh) => {
      const answer = await fetch(`${world.url}/services/data/v62.0/composite/sobjects/${path}`, {
        method: 'PATCH', headers: { authorization: `Bearer ${connection.accessToken}`, 'content-type': 'application/json' }, body: JSON.stringify({ allOrNone: false, records }),
      });
      return { status: answer.status, told: await answer.json() };
    };
    const order = (fields: object) => ({ attributes: { type: 'Order' }, ...fields });
    const lever = (path: string, body: object) => fetch(`${world.url}/_sim/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

    it('says of each record by itself what became of it', async () => {
      const id = await placeOrder(sales, sampleOrder(203));
      const { status, told } = await patch('Order/Mesh_Order_Id__c', [
        order({ Mesh_Order_Id__c: id, Mesh_Status__c: 'Confirmed' }), order({ Mesh_Order_Id__c: 'NEW-1', Status: 'Draft', EffectiveDate: '2026-03-01' }), order({ Mesh_Order_Id__c: 'NEW-2', Mesh_Status__c: 'Confirmed' }),
        order({ Mesh_Order_Id__c: id, Mesh_Status__c: 'Rejected' }), order({ Mesh_Status__c: 'Confirmed' }), order({ Mesh_Order_Id__c: 'NEW-3', Nonsense__c: 1 }),
      ]);
      expect(status).toBe(200);
      expect(told).toMatchObject([
        { id, success: true, created: false, errors: [] }, { success: true, created: true }, { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', fields: ['Status'] }] },
        { success: false, errors: [{ statusCode: 'DUPLICATE_VALUE' }] }, { success: false, errors: [{ statusCode: 'MISSING_ARGUMENT' }] }, { success: false, errors: [{ statusCode: 'INVALID_FIELD' }] },
      ]);
      expect(await mesh.sobject('Order').retrieve(id)).toMatchObject({ Mesh_Status__c: 'Confirmed' });
    });

    it('takes 200 records and no more, and only an external id', async () => {
      const many = Array.from({ length: 201 }, (_, place) => order({ Mesh_Order_Id__c: `M-${place}` }));
      expect(await patch('Order/Mesh_Order_Id__c', many)).toMatchObject({ status: 400, told: [{ errorCode: 'EXCEEDED_ID_LIMIT' }] });
      expect((await patch('Order/Mesh_Order_Id__c', many.slice(1))).told).toHaveLength(200);
      expect(await patch('Order/Mesh_Status__c', many.slice(0, 1))).toMatchObject({ status: 404, told: [{ errorCode: 'NOT_FOUND' }] });
      expect(await patch('Nothing/Mesh_Order_Id__c', many.slice(0, 1))).toMatchObject({ status: 404 });
    });

    it('chooses no record where several have the external id', async () => {
      const ids = [await placeOrder(sales, sampleOrder(204)), await placeOrder(sales, sampleOrder(205))];
      await sales.sobject('Order').update(ids.map((Id) => ({ Id, Legacy_Ref__c: 'OLD-1' })));
      expect((await patch('Order/Legacy_Ref__c', [order({ Legacy_Ref__c: 'OLD-1', Mesh_Status__c: 'Confirmed' })])).told).toMatchObject([{ success: false, errors: [{ statusCode: 'DUPLICATE_EXTERNAL_ID' }] }]);
      const alone = await fetch(`${world.url}/services/data/v62.0/sobjects/Order/Legacy_Ref__c/OLD-1`, {
        method: 'PATCH', headers: { authorization: `Bearer ${mesh.accessToken}`, 'content-type': 'application/json' }, body: '{"Mesh_Status__c":"Confirmed"}',
      });
      expect([alone.status, await alone.json()]).toEqual([300, ids.map((id) => `/services/data/v62.0/sobjects/Order/${id}`)]);
      await sales.sobject('Order').destroy(ids[1] ?? '');
      expect(await mesh.sobject('Order').upsert([{ Legacy_Ref__c: 'OLD-1', Mesh_Status__c: 'Confirmed' }], 'Legacy_Ref__c')).toMatchObject([{ id: ids[0], success: true, created: false }]);
    });

    it('refuses a record that somebody else is writing, for so many times, and writes the others', async () => {
      const ids = [await placeOrder(sales, sampleOrder(206)), await placeOrder(sales, sampleOrder(207))];
      await lever('locks', { recordIds: [ids[0]], times: 1 });
      const write = () => mesh.sobject('Order').upsert(ids.map((id) => ({ Mesh_Order_Id__c: id, Mesh_Status__c: 'Confirmed' })), 'Mesh_Order_Id__c');
      expect(await write()).toMatchObject([{ success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] }, { success: true }]);
      expect(await write()).toMatchObject([{ success: true }, { success: true }]);
    });

    it('counts calls, tells how many are left, and refuses what is over the day\'s', async () => {
      const left = async () => (await mesh.request<{ readonly DailyApiRequests: { readonly Max: number; readonly Remaining: number } }>('/limits')).DailyApiRequests;
      const before = await left();
      await mesh.query('SELECT COUNT() FROM Order');
      expect([before.Max, before.Remaining - (await left()).Remaining]).toEqual([1_000_000, 2]);
      await lever('limits', { dailyApiRequests: 1 });
      await expect(mesh.query('SELECT COUNT() FROM Order')).rejects.toMatchObject({ errorCode: 'REQUEST_LIMIT_EXCEEDED' });
      await lever('limits', { dailyApiRequests: before.Max });
      expect(mesh.limitInfo.apiUsage?.limit).toBeGreaterThan(0);
    });
  });

  it('creates by external id where nothing is yet, and refuses a second record of the same', async () => {
    const [made] = await sales.sobject('Account').upsert([{ AccountNumber: 'C-NEW', Name: 'New' }], 'AccountNumber');
    expect(made).toMatchObject({ success: true, created: true });
    await expect(sales.sobject('Account').create({ AccountNumber: 'C-NEW', Name: 'Again' })).rejects.toMatchObject({ errorCode: 'DUPLICATE_VALUE' });
  });

  it('keeps the good records of a call, or none of them when all or nothing is asked', async () => {
    const mixed = [{ Name: 'Good', ProductCode: 'X1' }, { ProductCode: 'X2' }];
    const partly = await sales.sobject('Product2').create(mixed);
    expect(partly.map(({ success }) => success)).toEqual([true, false]);
    expect(partly[1]?.errors).toMatchObject([{ statusCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] }]);
    const none = await sales.sobject('Product2').create([{ Name: 'Fine', ProductCode: 'X3' }, { ProductCode: 'X4' }], { allOrNone: true });
    expect(none.map(({ errors }) => errors.map((error) => 'statusCode' in error && error.statusCode))).toEqual([['ALL_OR_NONE_OPERATION_ROLLED_BACK'], ['REQUIRED_FIELD_MISSING']]);
    expect((await sales.query("SELECT Id FROM Product2 WHERE ProductCode IN ('X1', 'X3')")).totalSize).toBe(1);
  });

  it.each([
    ['an unknown field', { Status: 'Draft', Nonsense__c: 1 }, 'INVALID_FIELD'],
    ['a field it keeps itself', { Status: 'Draft', TotalAmount: 1 }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
    ['a status it does not know', { Status: 'Shipped' }, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
    ['an account that is not there', { Status: 'Draft', AccountId: '001MS000000zzzzAAA' }, 'INVALID_CROSS_REFERENCE_KEY'],
    ['a text that is too long', { Status: 'Draft', Mesh_Reason__c: '长'.repeat(256) }, 'STRING_TOO_LONG'],
    ['an order activated before it has lines', { Status: 'Activated' }, 'FAILED_ACTIVATION'],
  ])('refuses %s', async (_, fields, errorCode) => {
    await expect(sales.sobject('Order').create(fields)).rejects.toMatchObject({ errorCode });
  });

  it('deletes an order with its lines', async () => {
    const id = await placeOrder(sales, sampleOrder(202));
    await sales.sobject('Order').destroy(id);
    await expect(sales.sobject('Order').retrieve(id)).rejects.toMatchObject({ errorCode: 'NOT_FOUND' });
    expect((await sales.query(`SELECT COUNT() FROM OrderItem WHERE OrderId = '${id}'`)).totalSize).toBe(0);
  });

  it('lets an app sign in with a signed assertion, and nobody with a forged one', async () => {
    const [ours, theirs] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const publicKey = ours?.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await fetch(`${world.url}/_sim/apps`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ clientId: 'jwt-app', username: 'jwt@example.com', publicKey }) });
    const assertion = (pair: typeof ours, expiresIn = 300) => {
      const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
      const signed = `${part({ alg: 'RS256' })}.${part({ iss: 'jwt-app', sub: 'jwt@example.com', aud: world.url, exp: Math.floor(Date.now() / 1_000) + expiresIn })}`;
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(pair?.privateKey ?? '').toString('base64url')}`;
    };
    const token = (proof: string) => fetch(`${world.url}/services/oauth2/token`, {
      method: 'POST', body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: proof }),
    });
    expect((await token(assertion(ours))).status).toBe(200);
    expect((await token(assertion(theirs))).status).toBe(400);
    expect((await token(assertion(ours, -10))).status).toBe(400);
    await expect(signIn(world, { ...SALES_APP, clientSecret: 'wrong' })).rejects.toThrow('invalid client credentials');
  });

  it('ends a session, and the client signs in again by itself', async () => {
    const answer = await fetch(`${world.url}/services/data/v62.0/query?q=SELECT+Id+FROM+Order`, { headers: { authorization: 'Bearer gone' } });
    expect([answer.status, await answer.json()]).toEqual([401, [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }]]);
    await fetch(`${world.url}/_sim/sessions`, { method: 'DELETE' });
    expect((await sales.query('SELECT Id FROM Account LIMIT 1')).totalSize).toBe(1);
  });

  it('fails on request: the record is there although the answer was lost', async () => {
    world.faults.add([{ match: 'POST /services/data', dropAfterCommit: true, count: 1 }]);
    await expect(fetch(`${world.url}/services/data/v62.0/sobjects/Account`, {
      method: 'POST', headers: { authorization: `Bearer ${sales.accessToken}`, 'content-type': 'application/json' }, body: '{"Name":"Lost","AccountNumber":"C-LOST"}',
    })).rejects.toThrow('fetch failed');
    expect((await sales.query("SELECT Id FROM Account WHERE AccountNumber = 'C-LOST'")).totalSize).toBe(1);
  });

  it('answers broken JSON and unknown paths in its own words', async () => {
    const call = (path: string, body?: string) => fetch(`${world.url}/services/data/v62.0/${path}`, {
      method: body === undefined ? 'GET' : 'POST', headers: { authorization: `Bearer ${sales.accessToken}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body }),
    });
    expect(await (await call('sobjects/Order', '{"Status":')).json()).toMatchObject([{ errorCode: 'JSON_PARSER_ERROR' }]);
    expect(await (await call('nothing')).json()).toMatchObject([{ errorCode: 'NOT_FOUND' }]);
  });
});
