import type { Owner } from '../virtual/timeline.ts';

export type Cell = unknown;
export type Row = Readonly<Record<string, Cell>>;

/** What a table is, as far as its rows can tell. */
export interface Shape {
  readonly key: readonly string[];
  /** Columns that are written as JSON text and read as what it says. */
  readonly json?: readonly string[];
  /** What the row breaks, if anything: PostgreSQL's `check`. */
  readonly broken?: (row: Row) => string | undefined;
  /** Columns that follow from the others. */
  readonly generated?: (row: Row) => Row;
}

/** Who holds a row, and who waits for it, in the order they came. */
export interface RowLock {
  holder: LockHolder;
  readonly waiting: { readonly by: LockHolder; readonly wake: () => void }[];
}

export interface LockHolder {
  readonly owner: Owner;
  /** Whom this one waits for, if anybody. */
  waitsFor: RowLock | null;
}

/** The committed rows of one table, and who has locked which. */
export class Table {
  readonly name: string;
  readonly shape: Shape;
  readonly rows = new Map<string, Row>();
  readonly locks = new Map<string, RowLock>();

  constructor(name: string, shape: Shape) {
    this.name = name;
    this.shape = shape;
  }

  keyOf(row: Row): string {
    const { key } = this.shape;
    const [first = ''] = key;
    return key.length === 1 ? String(row[first]) : key.map((column) => String(row[column])).join('|');
  }
}

const byOrder: Shape = { key: ['order_id'] };

const SHAPES: Readonly<Record<string, Shape>> = {
  'messaging.processed_offset': { key: ['participant', 'topic', 'partition'] },
  'messaging.inbox': { key: ['participant', 'message'] },
  'messaging.outbox': { key: ['id'] },
  'messaging.dead_letter': { key: ['participant', 'topic', 'partition', 'offset'] },
  'outbound.partner': { key: ['service', 'system'] },
  'outbound.throttle': { key: ['service', 'system', 'ledger'] },
  'outbound.call': { key: ['service', 'key'], json: ['request', 'answer'] },
  'order_orchestrator.saga': byOrder,
  'order_orchestrator.order_case': byOrder,
  'rulebook.live': { key: ['service', 'point'] },
  'rulebook.rule_set': { key: ['hash'] },
  'pricing.customer': { key: ['customer_id'] },
  'pricing.quote': { ...byOrder, broken: ({ amount, list_amount: list }) => (amount !== null && list !== null && BigInt(String(amount)) > BigInt(String(list)) ? 'amount <= list_amount' : undefined) },
  'pricing.budget': { key: ['rule'] },
  'pricing.product': { key: ['sku'] },
  'credit.account': { key: ['customer_id'], broken: ({ held }) => (BigInt(String(held)) < 0n ? 'held >= 0' : undefined) },
  'credit.hold': { ...byOrder, broken: ({ exposure, credit_limit: limit }) => (exposure !== null && limit !== null && BigInt(String(exposure)) > BigInt(String(limit)) ? 'exposure <= credit_limit' : undefined) },
  'credit.receivable': { key: ['receivable_id'] },
  'inventory.level': { key: ['sku', 'warehouse'], broken: ({ reserved }) => (Number(reserved) < 0 ? 'reserved >= 0' : undefined) },
  'inventory.stock_lock': byOrder,
  'inventory.lock_line': { key: ['order_id', 'revision', 'line_no'] },
  'contract.contract': byOrder,
  'logistics.shipment': byOrder,
  'erp_adapter.booking': byOrder,
  'erp_adapter.fact': { key: ['kind', 'key'], json: ['content'] },
  'erp_adapter.list_position': { key: ['kind'] },
  'approvals.task': {
    key: ['approval_id'],
    broken: ({ requested_by: requester, decided_by: signed, decider, on_behalf_of: absent }) => (requester !== '' && [signed, decider, absent].includes(requester) ? 'no_self_approval' : undefined),
  },
  'approvals.withdrawal': byOrder,
  'finance.entry': { ...byOrder, generated: ({ amount, booked_amount: booked }) => ({ agrees: amount === booked }) },
  'finance.series_end': { key: ['series'] },
};

/** All tables of the mesh, empty but for what the migrations put there. */
export function openTables(): ReadonlyMap<string, Table> {
  const tables = new Map(Object.entries(SHAPES).map(([name, shape]) => [name, new Table(name, shape)]));
  tables.get('finance.series_end')?.rows.set('0', { series: 0, last_entry_no: 0n });
  return tables;
}
