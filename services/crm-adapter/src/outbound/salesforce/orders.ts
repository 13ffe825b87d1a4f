import type { Connection } from 'jsforce';
import { MeshError } from '@order-mesh/kernel';
import type { SalesforceConfig } from '../../config.ts';
import type { CrmOrder } from '../../domain/crm-order.ts';
import type { CrmOrders } from '../../usecases/ports.ts';
import { fieldsOf, listOf, orderFrom, statedFrom, type Fields } from './decode.ts';
import { within, type Session } from './session.ts';

/** Reads orders with their lines over REST, many in one query. */
export function salesforceOrders(session: Session, { multiCurrency, timeout }: SalesforceConfig): CrmOrders {
  const select = `SELECT ${FIELDS.join(', ')}${multiCurrency ? ', CurrencyIsoCode' : ''}, (${LINES}) FROM Order`;
  const ask = (work: (connection: Connection) => PromiseLike<unknown>) => asked(session, timeout, work);
  return {
    async read(orderIds) {
      const ids = orderIds.filter((orderId) => RECORD_ID.test(orderId));
      const found: CrmOrder[] = [];
      for (let from = 0; from < ids.length; from += ORDERS_A_QUERY) {
        const list = ids.slice(from, from + ORDERS_A_QUERY).map((id) => `'${id}'`).join(', ');
        for await (const orders of pages(`${select} WHERE Id IN (${list})`, ask)) found.push(...orders);
      }
      return found;
    },
    changedSince: (since) => pages(`${select} WHERE Status IN ('Activated', 'Cancelled') AND SystemModstamp >= ${new Date(since).toISOString()} ORDER BY SystemModstamp, Id`, ask),
    async *statedSince(since) {
      for await (const records of recordPages(`SELECT ${STATED.join(', ')} FROM Order WHERE ActivatedDate >= ${new Date(since).toISOString()}`, ask)) {
        yield records.map(statedFrom);
      }
    },
  };
}

const RECORD_ID = /^[0-9A-Za-z]{15,18}$/;
// of 16 KB that an address may have, 200 ids take 6
const ORDERS_A_QUERY = 200;
const MOST_PAGES = 10_000;
/** Lines beyond these are counted, not read: no order that long is taken. */
const MOST_LINES = 2_000;

const FIELDS = [
  'Id', 'Status', 'ActivatedDate', 'SystemModstamp', 'CreatedById', 'ShippingStreet', 'ShippingCity', 'ShippingState',
  'Account.AccountNumber', 'Account.Name', 'Account.Phone', 'Account.Contact_Name__c', 'Account.BillingState',
  'Account.ShippingStreet', 'Account.ShippingCity', 'Account.ShippingState',
];
const STATED = ['Id', 'Status', 'ActivatedDate', 'TotalAmount', 'Mesh_Status__c'];
const LINES = 'SELECT Quantity, UnitPrice, Product2.ProductCode, Product2.Name, Product2.QuantityUnitOfMeasure FROM OrderItems ORDER BY OrderItemNumber';

type Ask = (work: (connection: Connection) => PromiseLike<unknown>) => Promise<Fields>;

async function* pages(soql: string, ask: Ask): AsyncGenerator<readonly CrmOrder[]> {
  for await (const records of recordPages(soql, ask)) {
    const orders: CrmOrder[] = [];
    for (const record of records) orders.push(orderFrom(record, await restOfLines(record, ask)));
    yield orders;
  }
}

async function* recordPages(soql: string, ask: Ask): AsyncGenerator<readonly Fields[]> {
  let page = await ask((connection) => connection.query(soql));
  for (let count = 0; count < MOST_PAGES; count += 1) {
    yield listOf(page['records']);
    const next = page['nextRecordsUrl'];
    if (page['done'] !== false || typeof next !== 'string') return;
    page = await ask((connection) => connection.queryMore(next));
  }
  throw new MeshError('PARTNER_BROKEN', { advice: `Salesforce gave more than ${MOST_PAGES} pages of one query; ask for less` });
}

async function restOfLines(order: Fields, ask: Ask): Promise<readonly Fields[]> {
  const lines: Fields[] = [];
  let page = fieldsOf(order['OrderItems']);
  while (page['done'] === false && typeof page['nextRecordsUrl'] === 'string' && Number(page['totalSize']) <= MOST_LINES && lines.length < MOST_LINES) {
    const next = page['nextRecordsUrl'];
    page = await ask((connection) => connection.queryMore(next));
    lines.push(...listOf(page['records']));
  }
  return lines;
}

async function asked(session: Session, timeout: number, work: (connection: Connection) => PromiseLike<unknown>): Promise<Fields> {
  const connection = await session.connection();
  try {
    return fieldsOf(await within(timeout, work(connection)));
  } catch (cause) {
    throw new MeshError('PARTNER_UNREACHABLE', { cause, advice: `Salesforce gave no orders (${cause instanceof Error ? cause.message : String(cause)}); they are asked for again` });
  }
}
