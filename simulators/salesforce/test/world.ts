import jsforce, { type Connection } from 'jsforce';
import { loadSample, type SampleOrder } from '@order-mesh/simulator';
import { SALES_APP, startSalesforce, type ConnectedApp, type Salesforce, type SalesforceOptions } from '../src/index.ts';

/** An organisation on free ports. */
export function openWorld(options: Partial<SalesforceOptions> = {}): Promise<Salesforce> {
  return startSalesforce({ restPort: 0, pubsubPort: 0, ...options });
}

/** Signs in as an app with its client credentials, and again whenever the session is over. */
export async function signIn({ url }: Pick<Salesforce, 'url'>, app: ConnectedApp = SALES_APP): Promise<Connection> {
  const connection: Connection = new jsforce.Connection({
    loginUrl: url,
    version: '62.0',
    oauth2: { loginUrl: url, clientId: app.clientId, clientSecret: app.clientSecret ?? '' },
    refreshFn: (current, done) => void current.authorize({ grant_type: 'client_credentials' }).then(() => done(null, current.accessToken ?? ''), (error: Error) => done(error)),
  });
  await connection.authorize({ grant_type: 'client_credentials' });
  return connection;
}

/** Places an order as the sales desk does: a draft, its lines, then activation. Answers the order's id. */
export async function placeOrder(connection: Connection, order: SampleOrder): Promise<string> {
  const [id] = await placeOrders(connection, [order]);
  return id ?? '';
}

/** Places orders in as few calls as Salesforce allows, 200 records a call. */
export async function placeOrders(connection: Connection, orders: readonly SampleOrder[]): Promise<readonly string[]> {
  const drafts = orders.map((order) => ({
    Account: { AccountNumber: order.customerId }, Status: 'Draft', EffectiveDate: '2026-03-01', PoNumber: order.number, External_Ref__c: order.number,
  }));
  const ids = saved(await connection.sobject('Order').create(drafts, { allowRecursive: true }));
  const lines = orders.flatMap((order, place) => order.lines.map((line) => ({
    OrderId: ids[place], Product2: { ProductCode: line.sku }, Quantity: line.quantity, UnitPrice: line.unitPriceFen / 100,
  })));
  saved(await connection.sobject('OrderItem').create(lines, { allowRecursive: true }));
  saved(await connection.sobject('Order').update(ids.map((Id) => ({ Id, Status: 'Activated' })), { allowRecursive: true }));
  return ids;
}

export function sampleOrder(place: number): SampleOrder {
  const order = loadSample().orders[place];
  if (!order) throw new Error(`the sample has no order ${place}`);
  return order;
}

function saved(results: readonly { readonly success: boolean; readonly id?: string | undefined; readonly errors: readonly unknown[] }[]): readonly string[] {
  return results.map((result) => {
    if (!result.success || result.id === undefined) throw new Error(JSON.stringify(result.errors));
    return result.id;
  });
}
