/** What a field holds. A reference names the type it points to and the word queries use to follow it. */
export type FieldKind = 'id' | 'string' | 'double' | 'boolean' | 'date' | 'datetime' | 'reference';

export interface FieldDefinition {
  readonly name: string;
  readonly kind: FieldKind;
  /** Records may be found and upserted by it; its value is unique unless `repeats`. */
  readonly externalId?: boolean;
  /** Several records may have the same value. */
  readonly repeats?: boolean;
  /** Kept by Salesforce itself: writing it is refused. */
  readonly readOnly?: boolean;
  readonly required?: boolean;
  readonly values?: readonly string[];
  /** In characters; 255 where not named. */
  readonly longest?: number;
  readonly refersTo?: { readonly sobject: SobjectName; readonly relationship: string };
  /** Part of a compound field in change events, such as ShippingState in ShippingAddress. */
  readonly partOf?: { readonly compound: string; readonly part: string };
}

export type SobjectName = 'Account' | 'Product2' | 'Order' | 'OrderItem';

export interface SobjectDefinition {
  readonly name: SobjectName;
  /** The first three characters of every id of this type. */
  readonly prefix: string;
  readonly fields: readonly FieldDefinition[];
  /** Child records that a query may ask for inside the parent, and that are deleted with it. */
  readonly children: readonly { readonly relationship: string; readonly sobject: SobjectName; readonly through: string }[];
}

const AUDIT: readonly FieldDefinition[] = [
  { name: 'CreatedDate', kind: 'datetime', readOnly: true },
  { name: 'CreatedById', kind: 'string', readOnly: true },
  { name: 'LastModifiedDate', kind: 'datetime', readOnly: true },
  { name: 'LastModifiedById', kind: 'string', readOnly: true },
  { name: 'SystemModstamp', kind: 'datetime', readOnly: true },
];
const ID: FieldDefinition = { name: 'Id', kind: 'id', readOnly: true };

const ACCOUNT: SobjectDefinition = {
  name: 'Account',
  prefix: '001',
  fields: [ID, text('Name', { required: true }), text('AccountNumber', { externalId: true }), text('Phone'), text('BillingState'), ...address('Shipping'), text('Contact_Name__c'), ...AUDIT],
  children: [{ relationship: 'Orders', sobject: 'Order', through: 'AccountId' }],
};

const PRODUCT: SobjectDefinition = {
  name: 'Product2',
  prefix: '01t',
  fields: [ID, text('Name', { required: true }), text('ProductCode', { externalId: true }), text('QuantityUnitOfMeasure'), text('Description', { longest: 32_000 }), { name: 'IsActive', kind: 'boolean' }, ...AUDIT],
  children: [],
};

const ORDER: SobjectDefinition = {
  name: 'Order',
  prefix: '801',
  fields: [
    ID,
    text('OrderNumber', { readOnly: true }),
    { name: 'AccountId', kind: 'reference', refersTo: { sobject: 'Account', relationship: 'Account' } },
    { name: 'EffectiveDate', kind: 'date' },
    text('Status', { required: true, values: ['Draft', 'Activated', 'Cancelled'] }),
    text('PoNumber'),
    text('Description', { longest: 32_000 }),
    ...address('Shipping'),
    { name: 'TotalAmount', kind: 'double', readOnly: true },
    { name: 'ActivatedDate', kind: 'datetime', readOnly: true },
    text('External_Ref__c', { externalId: true }),
    text('Legacy_Ref__c', { externalId: true, repeats: true }),
    text('Mesh_Order_Id__c', { externalId: true }),
    text('Mesh_Status__c'),
    text('Mesh_Reason__c'),
    text('Mesh_Contract_Id__c'),
    text('Mesh_Waybill__c'),
    text('Mesh_Sale_Order_Code__c'),
    { name: 'Mesh_Confirmed_At__c', kind: 'datetime' },
    ...AUDIT,
  ],
  children: [{ relationship: 'OrderItems', sobject: 'OrderItem', through: 'OrderId' }],
};

const ORDER_ITEM: SobjectDefinition = {
  name: 'OrderItem',
  prefix: '802',
  fields: [
    ID,
    text('OrderItemNumber', { readOnly: true }),
    { name: 'OrderId', kind: 'reference', required: true, refersTo: { sobject: 'Order', relationship: 'Order' } },
    { name: 'Product2Id', kind: 'reference', required: true, refersTo: { sobject: 'Product2', relationship: 'Product2' } },
    { name: 'Quantity', kind: 'double', required: true },
    { name: 'UnitPrice', kind: 'double', required: true },
    { name: 'TotalPrice', kind: 'double', readOnly: true },
    text('Description', { longest: 32_000 }),
    ...AUDIT,
  ],
  children: [],
};

const ALL: ReadonlyMap<string, SobjectDefinition> = new Map([ACCOUNT, PRODUCT, ORDER, ORDER_ITEM].map((type) => [type.name, type]));
const FIELDS = new Map([...ALL.values()].map((type) => [type.name, new Map(type.fields.map((field) => [field.name.toLowerCase(), field]))]));

/** Every object type of this organisation. */
export const sobjects: readonly SobjectDefinition[] = [...ALL.values()];

/** The type of that name (case matters not, as in Salesforce), or undefined. */
export function sobjectNamed(name: string): SobjectDefinition | undefined {
  return ALL.get(name) ?? sobjects.find((type) => type.name.toLowerCase() === name.toLowerCase());
}

/** The definition of a type this code names itself. */
export function sobject(name: SobjectName): SobjectDefinition {
  return { Account: ACCOUNT, Product2: PRODUCT, Order: ORDER, OrderItem: ORDER_ITEM }[name];
}

/** The field of that name (case matters not), or undefined. */
export function fieldOf(type: SobjectDefinition, name: string): FieldDefinition | undefined {
  return FIELDS.get(type.name)?.get(name.toLowerCase());
}

function text(name: string, more: Omit<FieldDefinition, 'name' | 'kind'> = {}): FieldDefinition {
  return { name, kind: 'string', ...more };
}

function address(which: string): readonly FieldDefinition[] {
  return [
    ...['Street', 'City', 'State', 'Country'].map((part) => text(`${which}${part}`, { partOf: { compound: `${which}Address`, part } })),
    ...['Latitude', 'Longitude'].map((part): FieldDefinition => ({ name: `${which}${part}`, kind: 'double', partOf: { compound: `${which}Address`, part } })),
  ];
}
