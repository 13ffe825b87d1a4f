import { loadSample, type SampleCustomer, type SampleProduct } from '@order-mesh/simulator';

/** An order as the gateway takes it. */
export interface OrderBody {
  readonly orderId: string;
  readonly source: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly region: string;
  readonly shipTo: { readonly contact: string; readonly phone: string; readonly region: string; readonly city: string; readonly street: string };
  readonly lines: readonly { readonly sku: string; readonly name: string; readonly quantity: number; readonly unit: string; readonly unitPriceFen: number }[];
}

/** The upstream system that orders over HTTP come from. */
export const SOURCE = 'chaos';
const OVERSEAS = '海外';
const FROZEN_AFTER_DAYS = 45;
/** The limit of nearly every customer of the sample, and so what the race is about. */
export const RACE_AMOUNT_FEN = 100_000;

const { customers, products } = loadSample();
const isFrozen = ({ receivables }: SampleCustomer): boolean => receivables.some(({ daysOverdue }) => daysOverdue > FROZEN_AFTER_DAYS);
const isSound = (customer: SampleCustomer): boolean => !isFrozen(customer) && customer.region !== OVERSEAS && customer.signs === 'always' && customer.creditLimitFen >= 5_000_000;
const inStock = products.filter(({ onHand }) => onHand >= 200);
const racer = customers.find((one) => isSound(one) && one.receivables.length === 0 && one.creditLimitFen === 5_000_000);
const sound = customers.filter((one) => isSound(one) && one !== racer);
const difficult = customers.filter((one) => !isSound(one));
const outOfStock = products.filter(({ onHand }) => onHand === 0);

/** How many of a hundred orders cannot simply be confirmed: no credit, frozen, no stock, nobody delivers, not signed. */
const DIFFICULT_SHARE = 0.12;

/** The orders of a run, drawn from the sample's customers and products; the same seed draws the same. */
export function orderDrawer(chance: () => number): (orderId: string) => OrderBody {
  const one = <Item>(items: readonly Item[]): Item => picked(items, chance());
  return (orderId) => {
    const isDifficult = chance() < DIFFICULT_SHARE;
    const customer = one(isDifficult && chance() < 0.8 ? difficult : sound);
    const count = 1 + Math.floor(chance() * 3);
    const first = Math.floor(chance() * inStock.length);
    const lines = Array.from({ length: count }, (_, index) => lineOf(picked(inStock, ((first + index) % inStock.length) / inStock.length), 1 + Math.floor(chance() * 3)));
    return bodyOf(orderId, customer, isDifficult && chance() < 0.2 ? [...lines, lineOf(one(outOfStock), 1)] : lines);
  };
}

/** An order of the one customer whose limit fits fifty of them. */
export function raceOrder(orderId: string): OrderBody {
  const [product] = inStock;
  if (!racer || !product) throw new Error('the sample has no customer without debts');
  return bodyOf(orderId, racer, [{ ...lineOf(product, 1), unitPriceFen: RACE_AMOUNT_FEN }]);
}

const [first] = sound;
const frozen = customers.find((one) => isFrozen(one) && one.region !== OVERSEAS && one.signs === 'always');

/** An order that nothing is wrong with. */
export const plainOrder = (orderId: string): OrderBody => smallOrder(orderId, first);

/** One that a person has to let through. */
export const frozenOrder = (orderId: string): OrderBody => smallOrder(orderId, frozen);

/** One of a customer who has no other orders but those of a race. */
export const ownOrder = (orderId: string): OrderBody => smallOrder(orderId, racer);

function smallOrder(orderId: string, customer: SampleCustomer | undefined): OrderBody {
  const [product] = inStock;
  if (!customer || !product) throw new Error('the sample has no such customer');
  return bodyOf(orderId, customer, [lineOf(product, 1)]);
}

export const racerId = (): string => racer?.id ?? '';

function bodyOf(orderId: string, customer: SampleCustomer, lines: OrderBody['lines']): OrderBody {
  const { id, name, region, contactName, contactPhone, address } = customer;
  return { orderId, source: SOURCE, customerId: id, customerName: name, region, shipTo: { contact: contactName, phone: contactPhone, region, city: region, street: address }, lines };
}

const lineOf = ({ sku, name, unit, unitPriceFen }: SampleProduct, quantity: number): OrderBody['lines'][number] => ({ sku, name, quantity, unit, unitPriceFen });

function picked<Item>(items: readonly Item[], share: number): Item {
  const found = items[Math.min(items.length - 1, Math.floor(share * items.length))];
  if (found === undefined) throw new Error('there is nothing to draw from');
  return found;
}
