import { ERRORS, refusalAnswer, refuse, textFields, type Answer, type Fields, type Refusal } from '../answers.ts';
import { extend, readAmount, readDecimal } from '../decimal.ts';
import type { DocumentKind } from '../documents.ts';
import type { Write } from '../writes.ts';
import type { Receipt } from './answers.ts';
import { elementIn, elementsIn, type Element } from './xml.ts';

const KINDS: readonly DocumentKind[] = ['saleorder', 'oughtreceive', 'accept'];
const PROCS = ['add', 'edit', 'delete'];

/** The documents of a request, one write each. */
export function writesIn(interface_: Element, roottag: string, proc: string): readonly Write[] | Refusal {
  const kind = KINDS.find((one) => one === roottag);
  if (!kind) return refuse('unknownCall', `不支持的roottag[${roottag}]`);
  if (!PROCS.includes(proc)) return refuse('unknownCall', `不支持的proc[${proc}]`);
  const documents = elementsIn(interface_, roottag);
  if (documents.length === 0) return refuse('badCall', `没有[${roottag}]数据`);
  return documents.map((document) => ({ kind, verb: proc, body: { [kind]: { ...headerIn(document), entry: linesIn(document) } } }));
}

/** Carries a write out with `perform`, and says what became of it. */
export function receiptFor(write: Write, perform: (write: Write) => Answer): Receipt {
  const { code = '', lines } = keysIn(write);
  const wrong = write.verb === 'delete' ? undefined : wrongAmount(lines);
  const { errcode, errmsg, id = '' } = wrong ? refusalAnswer(wrong) : perform(write);
  return { key: code, isDone: errcode === ERRORS.ok, dsc: errcode === ERRORS.ok ? 'ok' : errmsg, u8key: id };
}

function headerIn(document: Element): Fields {
  const header = textFields(elementIn(document['header']) ?? {});
  return Object.fromEntries(Object.entries(header).map(([name, value]) => [name, name.includes('date') ? value.slice(0, 10) : value]));
}

function linesIn(document: Element): readonly Fields[] {
  const lines = elementsIn(elementIn(document['body']) ?? {}, 'entry').map(textFields);
  return lines.map(({ irowno, ...line }) => ({ ...line, ...(irowno && { rowno: irowno }) }));
}

function keysIn({ kind, body }: Write): { readonly code?: string | undefined; readonly lines: readonly Fields[] } {
  const head = elementIn(elementIn(body)?.[kind]) ?? {};
  return { code: textFields(head)['code'], lines: elementsIn(head, 'entry').map(textFields) };
}

// EAI takes the amounts as they come, and U8 will not save a line that does not add up
function wrongAmount(lines: readonly Fields[]): Refusal | undefined {
  for (const line of lines.filter(({ sum }) => sum !== undefined)) {
    const row = line['rowno'] ?? '?';
    if (!addsUp(line)) return refuse('refused', `第${row}行价税合计[${line['sum']}]不正确`);
    if (!discountAddsUp(line)) return refuse('refused', `第${row}行折扣额[${line['discount']}]不正确`);
  }
  return undefined;
}

function addsUp({ quantity, taxunitprice, sum, money, tax }: Fields): boolean {
  const [count, price, total] = [readDecimal(quantity), readDecimal(taxunitprice), readAmount(sum)];
  if (count === undefined || price === undefined || total !== extend(count, price)) return false;
  const [net, taxed] = [readAmount(money), readAmount(tax)];
  return net !== undefined && taxed !== undefined && net + taxed === total;
}

function discountAddsUp({ quantity, quotedprice, sum, discount, natdiscount = discount }: Fields): boolean {
  if (quotedprice === undefined) return true;
  const [count, quoted, total, takenOff] = [readDecimal(quantity), readDecimal(quotedprice), readAmount(sum), readAmount(discount ?? '0')];
  if (count === undefined || quoted === undefined || total === undefined) return false;
  return takenOff === extend(count, quoted) - total && readAmount(natdiscount ?? '0') === takenOff;
}
