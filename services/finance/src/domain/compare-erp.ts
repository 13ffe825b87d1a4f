import type { StatedDocument, StatedOrder } from '@order-mesh/contracts';
import { yuanFromFen } from '@order-mesh/kernel';
import type { Finding, Found } from './books.ts';
import type { Repair } from './repair.ts';

/** A confirmed order has one sales order and one receivable of what is to be paid, both as a booking leaves them; any other order has none that lives. */
export function compareWithErp(finding: Finding, mesh: StatedOrder): readonly Found[] {
  const live = finding.books.erp.filter(({ state }) => state !== 'gone').toSorted((one, other) => (one.code < other.code ? -1 : 1));
  if (mesh.status !== 'confirmed') return live.map((document) => extra(finding, mesh, { document, why: `the order was ${mesh.status}`, repair: takeBack(mesh, document) }));
  const { ledger } = finding.books;
  return [
    ...compareKind(finding, mesh, { kind: 'sales-order', own: ledger?.saleOrderCode, live }),
    ...compareKind(finding, mesh, { kind: 'receivable', own: ledger?.receivableCode, live }),
  ];
}

interface OfKind {
  readonly kind: string;
  /** The code that was recorded when the order was confirmed. */
  readonly own: string | undefined;
  readonly live: readonly StatedDocument[];
}

function compareKind(finding: Finding, mesh: StatedOrder, { kind, own, live }: OfKind): readonly Found[] {
  const standing = live.filter((document) => document.kind === kind);
  const recorded = standing.find(({ code }) => code === own);
  // entered anew by hand, it stands for the one that was recorded
  const document = recorded ?? standing[0];
  if (!document) return [missing(finding, mesh, kind)];
  const others = standing.filter((one) => one !== document);
  return [
    ...compareDocument(finding, mesh, document),
    ...others.map((other) => extra(finding, mesh, {
      document: other, why: `${document.code} stands for the order already`,
      repair: recorded ? takeBack(mesh, other) : { kind: 'by-hand', advice: `neither ${document.code} nor ${other.code} is what was recorded (${own ?? 'nothing'}): close the wrong one in the ERP` },
    })),
  ];
}

function compareDocument({ find }: Finding, { amount, placedAt }: StatedOrder, { kind, code, state, amount: booked }: StatedDocument): readonly Found[] {
  const amounts = amount === null || amount === booked ? [] : [find({
    class: 'amount-differs', subject: code, datedAt: placedAt, detail: `${kind} ${code} is over ${yuanFromFen(booked)} yuan, to be paid are ${yuanFromFen(amount)}`,
    repair: { kind: 'by-hand', advice: `correct ${code} in the ERP to ${yuanFromFen(amount)} yuan, or agree with the customer and accept the difference` },
  })];
  const states = state !== 'drawn-up' ? [] : [find({
    class: 'status-differs', subject: code, datedAt: placedAt, detail: `${kind} ${code} is not verified any more, though the order is confirmed`,
    repair: { kind: 'by-hand', advice: `somebody has unverified ${code} in the ERP, perhaps to change it: have it verified again` },
  })];
  return [...amounts, ...states];
}

function missing({ books: { erp }, find }: Finding, { amount, placedAt }: StatedOrder, kind: string): Found {
  const gone = erp.filter((document) => document.kind === kind).map(({ code }) => code);
  const ordered = amount === null ? '' : ` over ${yuanFromFen(amount)} yuan`;
  const what = gone.length > 0 ? `its ${kind} ${gone.join(', ')} was closed or given up` : `no ${kind} names it`;
  return find({
    class: 'missing-in-erp', subject: kind, datedAt: placedAt, detail: `confirmed${ordered}, and ${what}`,
    repair: { kind: 'by-hand', advice: `find out who took the ${kind} away; open or enter it again in the ERP with the order's number in define1, or agree with the customer and accept the difference` },
  });
}

interface Extra {
  readonly document: StatedDocument;
  readonly why: string;
  readonly repair: Repair;
}

function extra({ find }: Finding, { placedAt }: StatedOrder, { document: { kind, code, amount }, why, repair }: Extra): Found {
  return find({ class: 'extra-in-erp', subject: code, datedAt: placedAt, detail: `${kind} ${code} over ${yuanFromFen(amount)} yuan should not be there: ${why}`, repair });
}

function takeBack({ customerId }: StatedOrder, document: StatedDocument): Repair {
  return { kind: 'take-back-documents', customerId: customerId ?? document.customerId, codes: [document.code] };
}
