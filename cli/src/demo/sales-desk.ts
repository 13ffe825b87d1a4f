import jsforce, { type Connection } from 'jsforce';
import { MeshError } from '@order-mesh/kernel';
import { SALES_APP } from '@order-mesh/salesforce-simulator';
import { loadSample, type SampleOrder } from '@order-mesh/simulator';
import { basketsAfter } from './baskets.ts';

/** An order as it was placed: its id in Salesforce and the number the customer gave it. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly number: string;
}

/** The sales desk of the demo: places real baskets in Salesforce, as people and their tools do. */
export interface SalesDesk {
  /** How many orders the organisation holds. */
  held(): Promise<number>;
  /** Drafts, their lines, then activation, 200 records a call. Rejects with PARTNER_BROKEN when Salesforce refuses one. */
  place(orders: readonly SampleOrder[]): Promise<readonly PlacedOrder[]>;
}

export async function openSalesDesk(url: string): Promise<SalesDesk> {
  const connection = await signIn(url);
  return {
    held: async () => (await connection.query('SELECT COUNT() FROM Order')).totalSize,
    place: (orders) => place(connection, orders),
  };
}

/** Signs in as the sales desk, or as another application, with client credentials, and again whenever the session is over. */
export async function signIn(url: string, { clientId, clientSecret = '' }: typeof SALES_APP = SALES_APP): Promise<Connection> {
  const connection: Connection = new jsforce.Connection({
    loginUrl: url,
    version: '62.0',
    oauth2: { loginUrl: url, clientId, clientSecret },
    refreshFn: (current, done) => {
      current.authorize({ grant_type: 'client_credentials' }).then(() => { done(null, current.accessToken ?? ''); }, (error: Error) => { done(error); });
    },
  });
  await connection.authorize({ grant_type: 'client_credentials' });
  return connection;
}

/** The next baskets of the sample for an organisation that holds so many orders already. */
export const nextBaskets = (held: number, count: number): readonly SampleOrder[] => basketsAfter(loadSample().orders, held, count);

async function place(connection: Connection, orders: readonly SampleOrder[]): Promise<readonly PlacedOrder[]> {
  const drafts = orders.map(({ customerId, number }) => ({
    Account: { AccountNumber: customerId }, Status: 'Draft', EffectiveDate: new Date().toISOString().slice(0, 10), PoNumber: number, External_Ref__c: number,
  }));
  const ids = saved(await connection.sobject('Order').create(drafts, { allowRecursive: true }));
  const lines = orders.flatMap((order, index) => order.lines.map(({ sku, quantity, unitPriceFen }) => ({
    OrderId: ids[index], Product2: { ProductCode: sku }, Quantity: quantity, UnitPrice: unitPriceFen / 100,
  })));
  saved(await connection.sobject('OrderItem').create(lines, { allowRecursive: true }));
  saved(await connection.sobject('Order').update(ids.map((Id) => ({ Id, Status: 'Activated' })), { allowRecursive: true }));
  return orders.map(({ number }, index) => ({ number, orderId: ids[index] ?? '' }));
}

interface Saved {
  readonly success: boolean;
  readonly id?: string | undefined;
  readonly errors: readonly unknown[];
}

function saved(results: readonly Saved[]): readonly string[] {
  return results.map(({ success, id, errors }) => {
    if (!success || id === undefined) throw new MeshError('PARTNER_BROKEN', { advice: `Salesforce did not take an order of the demo: ${JSON.stringify(errors)}` });
    return id;
  });
}
