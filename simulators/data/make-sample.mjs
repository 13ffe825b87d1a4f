// Makes customers.json, products.json and orders.json from the real order lines of UCI "Online Retail" (see README.md).
//   node simulators/data/make-sample.mjs <online_retail_lines.csv.gz>
// The same input gives the same bytes: all chance comes from the seed.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const SEED = 352;
const ORDERS_PER_HALF = 200;
const IN_EACH_HALF = { overseas: 5, manyLines: 3, overLimit: 5, overdue: 4, refusesToSign: 4, outOfStock: 5, understocked: 8 };
const MOST_LINES_USUALLY = 45;
const ROUNDS_IN_STOCK = 20;

const HOME_REGIONS = ['上海', '江苏', '浙江', '安徽', '山东', '广东', '福建', '湖北'];
const REGION_OF_COUNTRY = {
  Germany: '北京', France: '广东', EIRE: '福建', Spain: '四川', Netherlands: '天津', Belgium: '辽宁', Switzerland: '重庆', Portugal: '湖南',
  'Channel Islands': '河北', Norway: '河南', Finland: '陕西', Italy: '江西', Sweden: '云南', Austria: '贵州', Denmark: '广西', Poland: '吉林',
};
const OVERSEAS = '海外';
const NOT_GOODS = /^(manual|postage|dotcom postage|carriage|discount|samples|bank charges|cruk commission|adjust.*|next day carriage)$/i;

const [, , source] = process.argv;
if (!source) throw new Error('name the file: node make-sample.mjs online_retail_lines.csv.gz');
const chance = seeded(SEED);
const lines = goodLines(gunzipSync(readFileSync(source)).toString('utf8'));
const skuOf = numberSkus(lines);
const baskets = groupOrders(lines);
const halves = pickHalves(baskets);
const roles = castRoles(halves);
const orders = halves.flat().map((basket, index) => ({
  number: `PO-${String(index + 1).padStart(4, '0')}`,
  customerId: basket.customerId,
  soldAt: basket.soldAt,
  lines: basket.lines.map((line) => [skuOf.get(line.description), line.quantity, line.priceFen]),
}));
write('orders', orders);
write('products', makeProducts());
write('customers', makeCustomers());

function goodLines(csv) {
  return csv.split(/\r?\n/).slice(1).filter(Boolean).map(readLine).filter((line) =>
    line.customer && Number.isInteger(line.quantity) && line.quantity > 0 && line.priceFen > 0 && line.description && !NOT_GOODS.test(line.description));
}

function readLine(text) {
  const [description, quantity, soldAt, price, customer, country] = splitCsv(text);
  return {
    description: description.trim().replace(/\s+/g, ' '),
    quantity: Number(quantity),
    soldAt: soldAt.slice(0, 16).replace(' ', 'T'),
    priceFen: Math.round(Number(price) * 100),
    customer: customer.replace(/\.0$/, ''),
    country,
  };
}

function splitCsv(text) {
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
}

function numberSkus(all) {
  const names = [...new Set(all.map((line) => line.description))];
  return new Map(names.map((name, index) => [name, `P${String(index + 1).padStart(4, '0')}`]));
}

function groupOrders(all) {
  const byKey = new Map();
  for (const line of all) {
    const key = `${line.customer} ${line.soldAt}`;
    const basket = byKey.get(key) ?? { customerId: `C${line.customer}`, soldAt: line.soldAt, region: regionOf(line), lines: [] };
    basket.lines.push(line);
    byKey.set(key, basket);
  }
  return [...byKey.values()];
}

function regionOf({ country, customer }) {
  if (country === 'United Kingdom') return HOME_REGIONS[Number(customer) % HOME_REGIONS.length];
  return REGION_OF_COUNTRY[country] ?? OVERSEAS;
}

function pickHalves(all) {
  const overseas = shuffled(all.filter((basket) => basket.region === OVERSEAS && basket.lines.length <= MOST_LINES_USUALLY));
  const home = shuffled(all.filter((basket) => basket.region !== OVERSEAS));
  const long = home.filter((basket) => basket.lines.length >= 100);
  const usual = home.filter((basket) => basket.lines.length <= MOST_LINES_USUALLY);
  return [0, 1].map((half) => {
    const from = (pool, count) => pool.slice(half * count, (half + 1) * count);
    const few = [...from(overseas, IN_EACH_HALF.overseas), ...from(long, IN_EACH_HALF.manyLines)];
    const many = from(usual, ORDERS_PER_HALF - few.length);
    return [...few, ...many].sort((one, other) => compare(one.soldAt, other.soldAt) || compare(one.customerId, other.customerId));
  });
}

// Every trouble is an attribute of a customer or a product that turns up in the right half, and only once
function castRoles(bothHalves) {
  const cast = { overLimit: new Set(), overdue: new Set(), refusesToSign: new Set(), outOfStock: new Set(), understocked: new Set() };
  const all = bothHalves.flat();
  const ordersOfCustomer = countBy(all.map((basket) => basket.customerId));
  const ordersOfSku = countBy(all.flatMap((basket) => [...new Set(basket.lines.map((line) => skuOf.get(line.description)))]));
  for (const half of bothHalves) {
    const free = shuffled(half.filter((basket) => basket.region !== OVERSEAS && ordersOfCustomer.get(basket.customerId) === 1 && basket.lines.length <= MOST_LINES_USUALLY));
    const take = (count) => free.splice(0, count);
    for (const basket of take(IN_EACH_HALF.overLimit)) cast.overLimit.add(basket.customerId);
    for (const basket of take(IN_EACH_HALF.overdue)) cast.overdue.add(basket.customerId);
    for (const basket of take(IN_EACH_HALF.refusesToSign)) cast.refusesToSign.add(basket.customerId);
    const rareSku = (basket) => basket.lines.map((line) => skuOf.get(line.description)).find((sku) => ordersOfSku.get(sku) === 1);
    for (const basket of free.filter(rareSku).slice(0, IN_EACH_HALF.outOfStock)) cast.outOfStock.add(rareSku(basket));
    const rest = shuffled([...ordersOfSku.keys()].filter((sku) => ordersOfSku.get(sku) > 2 && !cast.understocked.has(sku)));
    for (const sku of rest.slice(0, IN_EACH_HALF.understocked)) cast.understocked.add(sku);
  }
  return cast;
}

function makeProducts() {
  const nameOf = new Map([...skuOf].map(([name, sku]) => [sku, name]));
  const demand = new Map();
  for (const [sku, quantity] of orders.flatMap((order) => order.lines)) demand.set(sku, (demand.get(sku) ?? 0) + quantity);
  const pricesOf = new Map();
  for (const line of lines) pricesOf.set(skuOf.get(line.description), [...(pricesOf.get(skuOf.get(line.description)) ?? []), line.priceFen]);
  return [...demand.keys()].sort().map((sku) => ({
    sku,
    name: nameOf.get(sku),
    unit: unitOf(nameOf.get(sku)),
    unitPriceFen: median(pricesOf.get(sku)),
    unitCostFen: costOf(sku, median(pricesOf.get(sku))),
    ...stockOf(sku, demand.get(sku)),
    warehouse: Number(sku.slice(1)) % 3 === 0 ? '02' : '01',
  }));
}

// Without tax, from 50 to 74 percent of the usual price; every hundredth product has no cost that anybody entered
function costOf(sku, priceFen) {
  const number = Number(sku.slice(1));
  return number % 100 === 0 ? undefined : Math.max(1, Math.floor((priceFen * (50 + (number * 7) % 25)) / 113));
}

function stockOf(sku, sold) {
  const plenty = Math.max(200, Math.ceil((sold * ROUNDS_IN_STOCK) / 50) * 50);
  if (roles.outOfStock.has(sku)) return { onHand: 0, safetyStock: 10 };
  // One round of the sample brings it under its safety level, with plenty left to sell
  if (roles.understocked.has(sku)) return { onHand: plenty, safetyStock: plenty - Math.ceil(sold / 4) };
  return { onHand: plenty, safetyStock: 20 };
}

function unitOf(name) {
  if (/^(SET|S\/)\s?/.test(name) || /\bSET OF\b/.test(name)) return '套';
  if (/^BOX OF\b/.test(name)) return '盒';
  if (/^PACK OF\b/.test(name)) return '包';
  return '件';
}

function makeCustomers() {
  const seen = new Map(halves.flat().map((basket) => [basket.customerId, basket.region]));
  return [...seen].sort(([one], [other]) => compare(one, other)).map(([id, region]) => {
    const bought = orders.filter((order) => order.customerId === id).map(amountFen);
    return {
      id,
      ...identityOf(id, region),
      ...creditOf(id, bought),
      signs: roles.refusesToSign.has(id) ? 'refuses' : 'always',
    };
  });
}

// Names, people and numbers are invented; only the customer number is the data set's
function identityOf(id, region) {
  const number = Number(id.slice(1));
  const pick = (list, step) => list[Math.floor(number / step) % list.length];
  const word = pick([...'嘉瑞恒信华盛永兴东方海川'], 1) + pick([...'禾源达丰泰和隆昌美佳'], 7);
  const trade = pick(['商贸', '家居', '礼品', '百货', '工艺品'], 13);
  const prefix = region === OVERSEAS ? '海外' : region;
  return {
    name: `${prefix}${word}${trade}有限公司${number}`,
    region,
    address: `${prefix}${pick(['人民', '中山', '解放', '建设', '和平'], 3)}路${(number % 900) + 1}号`,
    contactName: pick([...'王李张刘陈杨赵黄周吴'], 5) + pick(['伟', '芳', '敏', '静', '磊', '洋', '艳', '杰'], 11),
    contactPhone: `1990000${String(number % 10_000).padStart(4, '0')}`,
  };
}

function creditOf(id, bought) {
  const total = bought.reduce((sum, amount) => sum + amount, 0);
  const enough = Math.max(5_000_000, Math.ceil((total * ROUNDS_IN_STOCK * 1.5) / 1_000_000) * 1_000_000);
  const paymentTermsDays = [30, 30, 45, 60][Number(id.slice(1)) % 4];
  const open = (amount, daysOverdue, n = 1) => ({ documentNumber: `AR-${id.slice(1)}-${n}`, amountFen: amount, daysOverdue });
  if (roles.overdue.has(id)) {
    const daysOverdue = [46, 58, 73, 120][[...roles.overdue].indexOf(id) % 4];
    return { creditLimitFen: enough, paymentTermsDays, receivables: [open(Math.round(total / 2) + 1, daysOverdue), open(total, -12, 2)] };
  }
  if (roles.overLimit.has(id)) return tightCredit(total, paymentTermsDays, open, [...roles.overLimit].indexOf(id));
  const days = [undefined, undefined, -20, -3, 9, 45][Math.floor(chance() * 6)];
  return { creditLimitFen: enough, paymentTermsDays, receivables: days === undefined ? [] : [open(Math.round(total * 0.7) + 1, days)] };
}

function tightCredit(total, paymentTermsDays, open, turn) {
  if (turn % 2 === 0) return { creditLimitFen: Math.ceil(total / 2), paymentTermsDays, receivables: [] };
  return { creditLimitFen: total * 2, paymentTermsDays, receivables: [open(total + Math.ceil(total / 10), 5)] };
}

function amountFen(order) {
  return order.lines.reduce((sum, [, quantity, price]) => sum + quantity * price, 0);
}

function write(name, rows) {
  const text = `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;
  writeFileSync(new URL(`${name}.json`, import.meta.url), text);
  process.stdout.write(`${name}: ${rows.length} rows, ${Buffer.byteLength(text)} bytes\n`);
}

function median(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}

function countBy(keys) {
  const counts = new Map();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function shuffled(list) {
  const copy = [...list];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(chance() * (last + 1));
    [copy[last], copy[other]] = [copy[other], copy[last]];
  }
  return copy;
}

function compare(one, other) {
  return one < other ? -1 : Number(one > other);
}

function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
