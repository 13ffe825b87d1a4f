import type { StatedOrder } from '@order-mesh/contracts';
import { fen, yuanFromFen } from '@order-mesh/kernel';
import { findingIn, NOT_COMPARED, type Books, type Compared, type Finding, type Found, type Period } from './books.ts';
import { compareWithCrm } from './compare-crm.ts';
import { compareWithErp } from './compare-erp.ts';

/** Compares what the books say of one order, exact to the fen. An order under way differs from nothing: its books are still being written. */
export function compareBooks(books: Books, period: Period): Compared {
  const { mesh } = books;
  const finding = findingIn(books);
  if (!mesh) return unknownToMesh(finding, period);
  if (!isSettled(mesh, period)) return NOT_COMPARED;
  const confirmed = mesh.status === 'confirmed' ? mesh.amount ?? fen(0) : fen(0);
  return { isCompared: true, confirmed, found: [...compareWithLedger(finding, mesh), ...compareWithErp(finding, mesh), ...compareWithCrm(finding, mesh)] };
}

const ENDED: ReadonlySet<string> = new Set(['confirmed', 'rejected', 'cancelled']);

// "manual" is no end: a person works on it as a case
function isSettled({ status, placedAt, changedAt }: StatedOrder, { from, settledBefore }: Period): boolean {
  return ENDED.has(status) && placedAt >= from && changedAt < settledBefore;
}

function unknownToMesh({ books, find }: Finding, { from, settledBefore }: Period): Compared {
  const { orderId, ledger, crm, erp } = books;
  const own = ledger ? [ledger.saleOrderCode, ledger.receivableCode] : [];
  const strange = erp.filter(({ state, code, datedAt }) => state !== 'gone' && datedAt >= from && !own.includes(code)).map(({ kind, code, amount, datedAt }) => find({
    class: 'extra-in-erp', subject: code, datedAt, detail: `${kind} ${code} over ${yuanFromFen(amount)} yuan names order ${orderId}, which the mesh has not placed since the period began`,
    repair: { kind: 'by-hand', advice: `find out who entered ${code} in the ERP; close it there, or take the order's number out of its define1` },
  }));
  const isMissed = crm?.status === 'Activated' && crm.activatedAt >= from && crm.activatedAt < settledBefore && !ledger;
  const missed = isMissed ? [find({ class: 'missing-in-mesh', subject: '', datedAt: crm.activatedAt, detail: 'activated in the CRM, and the mesh has never heard of it', repair: { kind: 'take-order-on' } })] : [];
  const found = [...strange, ...missed];
  return { isCompared: found.length > 0, confirmed: fen(0), found };
}

function compareWithLedger({ books: { ledger }, find }: Finding, { status, placedAt }: StatedOrder): readonly Found[] {
  if (status !== 'confirmed' || ledger) return [];
  return [find({
    class: 'missing-in-ledger', subject: '', datedAt: placedAt, detail: 'confirmed, and not in the ledger of finance',
    repair: { kind: 'by-hand', advice: 'look for its OrderConfirmed among the dead letters of finance (mesh dlq list) and replay it' },
  })];
}
