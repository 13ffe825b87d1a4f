import type { StatedCrmOrder } from '@order-mesh/contracts';
import { fenFromYuan, MeshError, type Fen, type Instant } from '@order-mesh/kernel';
import type { CrmChange } from '../../domain/change.ts';
import type { CrmAddress, CrmLine, CrmOrder } from '../../domain/crm-order.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a JSON object; none for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The objects in a list; none for anything else. */
export function listOf(value: unknown): readonly Fields[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map(fieldsOf);
}

/** An order as queried, `furtherLines` being those of later pages. Throws PARTNER_BROKEN without id, status or time of change. */
export function orderFrom(record: Fields, furtherLines: readonly Fields[]): CrmOrder {
  const account = fieldsOf(record['Account']);
  const items = fieldsOf(record['OrderItems']);
  const lines = [...listOf(items['records']), ...furtherLines].map(lineFrom);
  return {
    orderId: needed(record, 'Id'),
    status: needed(record, 'Status'),
    activatedAt: moment(record['ActivatedDate']),
    changedAt: moment(record['SystemModstamp']) ?? missing('SystemModstamp'),
    currency: text(record['CurrencyIsoCode']),
    customerId: text(account['AccountNumber']),
    customerName: text(account['Name']),
    region: text(account['BillingState']) ?? text(account['ShippingState']),
    createdBy: text(record['CreatedById']),
    shipTo: addressFrom(record, account),
    lineCount: Math.max(lines.length, typeof items['totalSize'] === 'number' ? items['totalSize'] : 0),
    lines,
  };
}

/** An order as it is held against the other books. Throws PARTNER_BROKEN without id, status or time of activation. */
export function statedFrom(record: Fields): StatedCrmOrder {
  return {
    orderId: needed(record, 'Id'), status: needed(record, 'Status'), amount: wholeFen(record['TotalAmount']),
    told: text(record['Mesh_Status__c']) ?? '', activatedAt: moment(record['ActivatedDate']) ?? missing('ActivatedDate'),
  };
}

/** A decoded change event. Throws PARTNER_BROKEN when its header is not as it should be. */
export function changeFrom(event: unknown): CrmChange {
  const fields = fieldsOf(event);
  const header = fieldsOf(fields['ChangeEventHeader']);
  const ids: readonly unknown[] = Array.isArray(header['recordIds']) ? header['recordIds'] : missing('recordIds');
  return {
    kind: needed(header, 'changeType'),
    orderIds: ids.filter((id) => typeof id === 'string'),
    origin: text(header['changeOrigin']) ?? '',
    status: text(fields['Status']),
    isAboutContent: CONTENT.some((field) => (fields[field] ?? null) !== null),
    at: typeof header['commitTimestamp'] === 'number' ? header['commitTimestamp'] : missing('commitTimestamp'),
  };
}

// What a change event carries is what was changed
const CONTENT = ['ShippingAddress', 'AccountId'];

function lineFrom(line: Fields): CrmLine {
  const product = fieldsOf(line['Product2']);
  return {
    sku: text(product['ProductCode']), name: text(product['Name']), unit: text(product['QuantityUnitOfMeasure']),
    quantity: number(line['Quantity']), unitPrice: number(line['UnitPrice']),
  };
}

// The address of the order where it has one, else that of the account; never a mix of both
function addressFrom(order: Fields, account: Fields): CrmAddress {
  const place = text(order['ShippingStreet']) === null ? account : order;
  return {
    contact: text(account['Contact_Name__c']), phone: text(account['Phone']),
    region: text(place['ShippingState']), city: text(place['ShippingCity']), street: text(place['ShippingStreet']),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function wholeFen(yuan: unknown): Fen | null {
  if (typeof yuan !== 'number') return null;
  try {
    return fenFromYuan(String(yuan));
  } catch {
    return null;
  }
}

// Salesforce writes 2026-03-01T08:00:00.000+0000, without the colon that the standard asks for
function moment(value: unknown): Instant | null {
  const at = typeof value === 'string' ? Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

function needed(fields: Fields, name: string): string {
  return text(fields[name]) ?? missing(name);
}

function missing(name: string): never {
  throw new MeshError('PARTNER_BROKEN', { advice: `Salesforce left out the field ${name}; check the API version` });
}
