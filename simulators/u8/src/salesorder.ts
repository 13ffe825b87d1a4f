import { isRefusal, refuse, withoutEmpty, type Fields, type Refusal } from './answers.ts';
import { extend, readDecimal, withoutTax, withTax, writeAmount, writeDecimal, type AmountFen, type Millionths } from './decimal.ts';
import type { Books } from './books.ts';

/** Head and lines of a document that may be entered. */
export interface Draft {
  readonly head: Fields;
  readonly entries: readonly Fields[];
}

const NEEDED_IN_HEAD = ['businesstype', 'typecode', 'custcode', 'deptcode'];
const NEEDED_IN_LINE = ['inventorycode', 'quantity', 'bgift', 'rowno'];
const USUAL_TAX_RATE = '16';

/** Checks a sales order against the books and works its amounts out: the taxed price rules, the rest is recomputed. */
export function draftSalesOrder(books: Books, head: Fields, lines: readonly Fields[]): Draft | Refusal {
  const missing = NEEDED_IN_HEAD.find((field) => !head[field]);
  if (missing) return refuse('refused', `销售订单缺少必填项[${missing}]`);
  const customer = books.master.customers.get(head['custcode'] ?? '');
  if (!customer) return refuse('refused', `客户编码[${head['custcode']}]不存在`);
  if (lines.length === 0) return refuse('refused', '销售订单没有表体[entry]');
  const entries: Fields[] = [];
  let sum = 0n;
  let money = 0n;
  for (const line of lines) {
    const priced = priceLine(books, head, line);
    if (isRefusal(priced)) return priced;
    entries.push(priced.fields);
    sum += priced.sum;
    money += priced.money;
  }
  const totals = { money: writeAmount(money), tax: writeAmount(sum - money), sum: writeAmount(sum) };
  return { head: { ...head, cusname: customer.fields['name'] ?? '', cusabbname: customer.fields['abbrname'] ?? '', ...totals }, entries };
}

interface PricedLine {
  readonly fields: Fields;
  readonly sum: AmountFen;
  readonly money: AmountFen;
}

function priceLine(books: Books, head: Fields, line: Fields): PricedLine | Refusal {
  const row = line['rowno'] ?? '?';
  const missing = NEEDED_IN_LINE.find((field) => !line[field]);
  if (missing) return refuse('refused', `第${row}行缺少必填项[${missing}]`);
  const product = books.master.products.get(line['inventorycode'] ?? '');
  if (!product) return refuse('refused', `第${row}行存货编码[${line['inventorycode']}]不存在`);
  const quantity = readDecimal(line['quantity']);
  if (quantity === undefined || quantity <= 0n) return refuse('refused', `第${row}行数量[${line['quantity']}]必须大于零`);
  const taxRate = readDecimal(line['taxrate'] ?? head['taxrate'] ?? USUAL_TAX_RATE);
  const taxed = readDecimal(line['taxunitprice']);
  const net = readDecimal(line['unitprice']);
  const quoted = readDecimal(line['quotedprice'] ?? '0');
  const price = taxed ?? net;
  if (taxRate === undefined || quoted === undefined || price === undefined || price < 0n) return refuse('refused', `第${row}行单价或税率不正确`);
  const extended = extend(quantity, price);
  const sum = taxed === undefined ? withTax(extended, taxRate) : extended;
  const money = taxed === undefined ? extended : withoutTax(extended, taxRate);
  const amounts = { money: writeAmount(money), tax: writeAmount(sum - money), sum: writeAmount(sum) };
  const fields = withoutEmpty({
    ...line,
    ...amounts,
    ...discountOf(quoted, extend(quantity, quoted) - sum),
    inventoryname: product.fields['name'],
    unitname: product.fields['main_measure'],
    quantity: writeDecimal(quantity),
    taxrate: writeDecimal(taxRate),
    natmoney: amounts.money,
    nattax: amounts.tax,
    natsum: amounts.sum,
  });
  return { fields, sum, money };
}

// 报价含税: the quoted price is with tax, so what is taken off is, too. A line that quotes none has no discount.
function discountOf(quoted: Millionths, takenOff: AmountFen): Fields {
  return quoted === 0n ? {} : { discount: writeAmount(takenOff), natdiscount: writeAmount(takenOff) };
}
