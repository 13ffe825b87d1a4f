import type { Sample, SampleCustomer, SampleProduct } from '@order-mesh/simulator';
import { withoutEmpty, type Fields } from './answers.ts';
import { writeAmount } from './decimal.ts';

/** Seeded rows carry the numbers up to here; every later change in the books is newer. */
export const FIRST_CHANGE = 1_000_000;

/** A row of master data with the number of its last change. */
export interface Row {
  readonly fields: Fields;
  readonly timestamp: number;
}

/** What is fixed in one company's books: who may buy, and what is sold. */
export interface MasterData {
  readonly customers: ReadonlyMap<string, Row>;
  readonly products: ReadonlyMap<string, Row>;
  readonly warehouses: ReadonlyMap<string, Row>;
  /** Days a customer has to pay, by customer code. */
  readonly paymentTermsDays: ReadonlyMap<string, number>;
}

/** Draws the master data up from the sample; `today` is the day the books were opened. */
export function masterDataFrom(sample: Sample, today: string): MasterData {
  const warehouses = [...new Set(sample.products.map(({ warehouse }) => warehouse))].sort();
  return {
    customers: rows(sample.customers.map((customer) => customerFields(customer, today))),
    products: rows(sample.products.map((product) => productFields(product, today))),
    warehouses: rows(warehouses.map((code) => ({ code, name: `${code}号仓` }))),
    paymentTermsDays: new Map(sample.customers.map(({ id, paymentTermsDays }) => [id, paymentTermsDays])),
  };
}

function rows(all: readonly Fields[]): ReadonlyMap<string, Row> {
  return new Map(all.map((fields, index) => [fields['code'] ?? '', { fields, timestamp: index + 1 }]));
}

function customerFields(customer: SampleCustomer, today: string): Fields {
  return withoutEmpty({
    code: customer.id,
    name: customer.name,
    abbrname: customer.name,
    domain_code: customer.region,
    domain_name: customer.region,
    address: customer.address,
    contact: customer.contactName,
    mobile: customer.contactPhone,
    credit_amount: writeAmount(BigInt(customer.creditLimitFen)),
    credit_deadline: String(customer.paymentTermsDays),
    Credit: '1',
    CreditDate: '1',
    bcusdomestic: customer.region === '海外' ? '0' : '1',
    bcusoverseas: customer.region === '海外' ? '1' : '0',
    ModifyDate: today,
  });
}

function productFields(product: SampleProduct, today: string): Fields {
  return withoutEmpty({
    code: product.sku,
    name: product.name,
    main_measure: product.unit,
    ref_sale_price: writeAmount(BigInt(product.unitPriceFen)),
    ref_cost: product.unitCostFen === undefined ? '' : writeAmount(BigInt(product.unitCostFen)),
    tax_rate: '13.0000',
    defwarehouse: product.warehouse,
    defwarehousename: `${product.warehouse}号仓`,
    safe_num: String(product.safetyStock),
    start_date: '2010-01-01',
    ModifyDate: today,
  });
}
