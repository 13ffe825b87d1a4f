import type { StatedCrmOrder, StatedOrder } from '@order-mesh/contracts';
import { fen, yuanFromFen } from '@order-mesh/kernel';
import type { Finding, Found, LedgerSide } from './books.ts';
import type { OrderEnd, Repair } from './repair.ts';

const CRM_SOURCE = 'salesforce';
const TOLD: Readonly<Record<string, string>> = { confirmed: 'Confirmed', rejected: 'Rejected', cancelled: 'Cancelled' };

/** The CRM shows each of its orders as the mesh ended it, and a confirmed one still as it was ordered: it knows nothing of what is taken off. */
export function compareWithCrm(finding: Finding, mesh: StatedOrder): readonly Found[] {
  const { crm } = finding.books;
  if (!crm) return mesh.source === CRM_SOURCE && mesh.status === 'confirmed' ? [missingInCrm(finding, mesh)] : [];
  const told = compareTold(finding, mesh, crm);
  return mesh.status === 'confirmed' ? [...told, ...compareOrder(finding, mesh, crm)] : told;
}

function missingInCrm({ find }: Finding, { placedAt }: StatedOrder): Found {
  return find({
    class: 'missing-in-crm', subject: '', datedAt: placedAt, detail: 'confirmed, and the CRM no longer shows it as an order that was activated',
    repair: { kind: 'by-hand', advice: 'look in the recycle bin of the CRM: restore the order, or cancel what was sold and accept the difference' },
  });
}

function compareTold({ books: { ledger }, find }: Finding, mesh: StatedOrder, { told }: StatedCrmOrder): readonly Found[] {
  const { status, placedAt } = mesh;
  if (told === TOLD[status]) return [];
  const repair: Repair = { kind: 'tell-crm', end: endOf(mesh, ledger) };
  if (told === '') return [find({ class: 'crm-not-told', subject: '', datedAt: placedAt, detail: `${status}, and the CRM shows no end`, repair })];
  return [find({ class: 'status-differs', subject: 'told', datedAt: placedAt, detail: `${status}, and the CRM shows "${told}"`, repair })];
}

function compareOrder({ find }: Finding, { amount, discount, placedAt }: StatedOrder, crm: StatedCrmOrder): readonly Found[] {
  const isOff = crm.status === 'Cancelled' || crm.status === 'Draft';
  const states = isOff ? [find({
    class: 'status-differs', subject: 'status', datedAt: placedAt, detail: `confirmed, and the CRM shows the order as ${crm.status}`,
    repair: { kind: 'by-hand', advice: 'it was called off after it was confirmed: agree with the customer; activate it again in the CRM, or take the goods back and accept the difference' },
  })] : [];
  const ordered = amount === null ? null : fen(amount + discount);
  const amounts = ordered !== null && crm.amount !== null && ordered !== crm.amount ? [find({
    class: 'amount-differs', subject: 'crm', datedAt: placedAt, detail: `the CRM shows ${yuanFromFen(crm.amount)} yuan, ordered were ${yuanFromFen(ordered)}`,
    repair: { kind: 'by-hand', advice: `the order was changed in the CRM after it was placed: change it back to ${yuanFromFen(ordered)} yuan, and place a second order for the rest` },
  })] : [];
  return [...states, ...amounts];
}

function endOf({ status, reason }: StatedOrder, ledger: LedgerSide | null): OrderEnd {
  const known = status === 'confirmed' ? ledger : null;
  return {
    status, reason, confirmedAt: known?.confirmedAt ?? null, contractId: known?.contractId ?? null, waybill: known?.waybill ?? null, saleOrderCode: known?.saleOrderCode ?? null,
  };
}
