import { refuse, type Fields, type Refusal } from './answers.ts';
import type { Books } from './books.ts';
import { addDays, isDay } from './calendar.ts';
import { readAmount, writeAmount } from './decimal.ts';
import type { Document } from './documents.ts';
import type { Draft } from './salesorder.ts';

/** Checks a receivable (应收单); without a due day the customer's terms count from its date. */
export function draftReceivable(books: Books, head: Fields, lines: readonly Fields[]): Draft | Refusal {
  const owner = head['cust_vendor_code'] ?? '';
  const customer = books.master.customers.get(owner);
  if (!customer) return refuse('refused', `客户编码[${owner}]不存在`);
  const amount = readAmount(head['amount'] ?? head['natamount']);
  if (amount === undefined || amount <= 0n) return refuse('refused', `应收单金额[${head['amount'] ?? ''}]不正确`);
  const lineAmounts = lines.map((line) => readAmount(line['amount'] ?? line['natamount']));
  if (lineAmounts.some((lineAmount) => lineAmount === undefined)) return refuse('refused', '应收单表体金额不正确');
  const total = lineAmounts.reduce<bigint>((sum, lineAmount) => sum + (lineAmount ?? 0n), 0n);
  if (lines.length > 0 && total !== amount) return refuse('refused', `应收单表头金额${writeAmount(amount)}与表体合计${writeAmount(total)}不相等`);
  const due = head['dgatheringdate'] ?? addDays(head['date'] ?? '', books.master.paymentTermsDays.get(owner) ?? 0);
  if (!isDay(due)) return refuse('refused', `到期日[${due}]不正确`);
  const written = writeAmount(amount);
  const amounts = { amount: written, natamount: written, remainamount: written };
  return { head: { bdebitcredit: '1', ...head, cust_vendor_name: customer.fields['name'] ?? '', dgatheringdate: due, ...amounts }, entries: lines };
}

/** Checks a receipt (收款单): who paid and how much. */
export function draftReceipt(books: Books, head: Fields, lines: readonly Fields[]): Draft | Refusal {
  const payer = head['customercode'] ?? head['cust_vendor_code'] ?? '';
  const customer = books.master.customers.get(payer);
  if (!customer) return refuse('refused', `客户编码[${payer}]不存在`);
  const amount = readAmount(head['amount']);
  if (amount === undefined || amount <= 0n) return refuse('refused', `收款单金额[${head['amount'] ?? ''}]不正确`);
  return { head: { ...head, customercode: payer, customername: customer.fields['name'] ?? '', amount: writeAmount(amount) }, entries: lines };
}

/** Settles open receivables with a verified receipt: those it names, else the customer's oldest due first. Answers every changed document. */
export function settle(books: Books, receipt: Document): Document[] {
  let left = readAmount(receipt.head['amount']) ?? 0n;
  const settled: Document[] = [];
  const marks: Fields[] = [];
  for (const receivable of toSettle(books, receipt)) {
    const open = readAmount(receivable.head['remainamount']) ?? 0n;
    const paid = left < open ? left : open;
    if (paid <= 0n) continue;
    left -= paid;
    settled.push(withOpenAmount(receivable, open - paid));
    marks.push({ oughtreceivecode: receivable.code, amount: writeAmount(paid) });
  }
  return [{ ...receipt, entries: marks }, ...settled];
}

/** Takes a settlement back, so that the receivables are open as before. */
export function unsettle(books: Books, receipt: Document): Document[] {
  const reopened = receipt.entries.flatMap((mark) => {
    const receivable = books.documents.find('oughtreceive', mark['oughtreceivecode'] ?? '');
    const open = readAmount(receivable?.head['remainamount']) ?? 0n;
    return receivable ? [withOpenAmount(receivable, open + (readAmount(mark['amount']) ?? 0n))] : [];
  });
  return [receipt, ...reopened];
}

/** Whether money has come in on a receivable already. */
export function isPartlySettled(receivable: Document): boolean {
  return receivable.kind === 'oughtreceive' && receivable.head['remainamount'] !== receivable.head['amount'];
}

function toSettle(books: Books, receipt: Document): Document[] {
  const named = receipt.entries.map((entry) => entry['oughtreceivecode']).filter((code) => code !== undefined);
  const open = named.length > 0
    ? named.map((code) => books.documents.find('oughtreceive', code)).filter((found) => found !== undefined)
    : [...books.documents.candidates('oughtreceive', { cust_vendor_code: receipt.head['customercode'] ?? '' })];
  const verified = open.filter(({ state }) => state === '审核');
  return verified.sort((one, other) => (one.head['dgatheringdate'] ?? '').localeCompare(other.head['dgatheringdate'] ?? ''));
}

function withOpenAmount(receivable: Document, open: bigint): Document {
  return { ...receivable, head: { ...receivable.head, remainamount: writeAmount(open) } };
}
