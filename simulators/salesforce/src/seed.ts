import { loadSample, type Sample } from '@order-mesh/simulator';
import { makeId } from './records/ids.ts';
import { sobject, type SobjectName } from './records/schema.ts';
import type { Change, Fields } from './records/store.ts';
import { salesforceTime } from './records/values.ts';

export const USER_PREFIX = '005';
export const ORGANISATION_ID = makeId('00D', 1);
const SEEDED_AT = salesforceTime(Date.UTC(2025, 0, 1));

/** The sample's customers as accounts (AccountNumber is the customer code) and its products (ProductCode is the SKU). */
export function sampleRecords(sample: Sample = loadSample()): readonly Change[] {
  const accounts = sample.customers.map((customer) => ({
    Name: customer.name,
    AccountNumber: customer.id,
    Phone: customer.contactPhone,
    BillingState: customer.region,
    ShippingState: customer.region,
    ShippingCity: customer.region,
    ShippingStreet: customer.address,
    ShippingCountry: customer.region === '海外' ? '海外' : '中国',
    Contact_Name__c: customer.contactName,
  }));
  const products = sample.products.map((product) => ({ Name: product.name, ProductCode: product.sku, QuantityUnitOfMeasure: product.unit, IsActive: true }));
  return [...asChanges('Account', accounts), ...asChanges('Product2', products)];
}

function asChanges(type: SobjectName, records: readonly Fields[]): readonly Change[] {
  const userId = makeId(USER_PREFIX, 1);
  const stamps = { CreatedDate: SEEDED_AT, CreatedById: userId, LastModifiedDate: SEEDED_AT, LastModifiedById: userId, SystemModstamp: SEEDED_AT };
  return records.map((fields, place) => ({ kind: 'CREATE', sobject: type, id: makeId(sobject(type).prefix, place + 1), fields: { ...fields, ...stamps } }));
}
