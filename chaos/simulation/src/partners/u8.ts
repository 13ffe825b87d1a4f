import type { ErpLists, U8 } from '@order-mesh/erp-adapter';
import { fen, fenFromYuan, sumFen, yuanFromFen, type Fen } from '@order-mesh/kernel';
import type { Owner, Timeline } from '../virtual/timeline.ts';
import type { Wire } from './wire.ts';

type Said = Awaited<ReturnType<U8['get']>>;
type Row = Awaited<ReturnType<ErpLists['changedSince']>>['rows'][number];
type Fact = Row['fact'];

export interface U8Document {
  readonly kind: string;
  readonly id: string;
  readonly code: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Fen;
  state: '开立' | '审核' | '关闭' | '作废';
}

const MOVES: Readonly<Record<string, readonly [U8Document['state'], U8Document['state']]>> = {
  verify: ['开立', '审核'], unverify: ['审核', '开立'], abandon: ['开立', '作废'], close: ['审核', '关闭'],
};
const DUE_AFTER_MS = 30 * 24 * 3_600_000;
const no = (errcode: string, errmsg: string): Said => ({ type: 'no', errcode, errmsg });

/** U8's books: a write under a known `biz_id` is answered with what it did; its lists tell what has changed. */
export class U8Books {
  readonly documents: U8Document[] = [];
  readonly #timeline: Timeline;
  readonly #done = new Map<string, Said>();
  readonly #changes: Row[] = [];

  constructor(timeline: Timeline, facts: readonly Fact[]) {
    this.#timeline = timeline;
    for (const fact of facts) this.#tell(fact);
  }

  connect(wire: Wire, owner: Owner): U8 {
    const ask = async (path: string, orderId: string | null, act: () => Said, refuse?: () => Said): Promise<Said> => {
      try {
        return await wire.ask(owner, { system: 'u8', orderId, what: path, act, ...(refuse && { refuse }) });
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        return detail.includes('ECONNREFUSED') ? { type: 'unavailable', detail } : { type: 'unknown', detail };
      }
    };
    return {
      get: (path, query) => ask(path, query['define1'] ?? this.#orderOf(query['id'] ?? ''), () => this.#get(path, query)),
      post: (path, { bizId, body }) => ask(path, bizId.split('-')[1] ?? null, () => this.#once(path, bizId, body), path.endsWith('/add') ? () => this.#done.get(`${path} ${bizId}`) ?? no('20004', '会计期间已结账') : undefined),
      // Answers at once, always
      result: async () => no('20002', '未检索到匹配'),
      close: () => {},
    };
  }

  lists(wire: Wire, owner: Owner): ErpLists {
    return {
      changedSince: (kind, position) => wire.ask(owner, { system: 'u8', orderId: null, what: `tell changes of ${kind}`, isIdle: ({ rows }) => rows.length === 0, act: () => {
        const rows = this.#changes.filter((row) => row.fact.kind === kind && row.position > position);
        return { rows, readTo: rows.at(-1)?.position ?? position, isLast: true };
      } }),
    };
  }

  #get(path: string, query: Readonly<Record<string, string>>): Said {
    const [resource = '', verb] = path.split('/');
    if (verb === 'batch_get') {
      const kind = resource.replace(/list$/, '');
      const found = this.documents.filter((one) => one.kind === kind && one.orderId === query['define1']);
      return found.length === 0 ? no('20002', '未检索到匹配') : { type: 'yes', fields: { [resource]: found.map(shown) } };
    }
    const found = this.documents.find(({ kind, id }) => kind === resource && id === query['id']);
    return found ? { type: 'yes', fields: { [resource]: shown(found) } } : no('20002', '未检索到匹配');
  }

  #once(path: string, bizId: string, body: unknown): Said {
    const key = `${path} ${bizId}`;
    const said = this.#done.get(key) ?? this.#write(path, body);
    // a write that failed did nothing, so its biz_id is free again
    if (said.type === 'yes') this.#done.set(key, said);
    return said;
  }

  #write(path: string, body: unknown): Said {
    const [kind = '', verb = ''] = path.split('/');
    const head = (body as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[kind] ?? {};
    if (verb === 'add') return this.#enter(kind, head);
    const document = this.documents.find((one) => one.kind === kind && one.code === head['voucher_code']);
    const [from, to] = MOVES[verb] ?? [];
    if (!document || !to) return no('20002', '未检索到匹配');
    if (document.state !== from) return no('20003', `单据状态[${document.state}]不正确`);
    document.state = to;
    if (kind === 'oughtreceive') this.#tellReceivable(document);
    return { type: 'yes', fields: { id: document.id } };
  }

  #enter(kind: string, head: Readonly<Record<string, unknown>>): Said {
    const entries = Array.isArray(head['entry']) ? head['entry'] as readonly Readonly<Record<string, string>>[] : [];
    const amount = kind === 'saleorder'
      ? sumFen(entries.map(lineTotal))
      : fenFromYuan(String(head['amount']));
    const number = String(this.documents.length + 1).padStart(6, '0');
    const document: U8Document = {
      kind, id: `ID${number}`, code: `${kind === 'saleorder' ? 'SO' : 'AR'}${number}`, orderId: String(head['define1']),
      customerId: String(head['custcode'] ?? head['cust_vendor_code']), amount, state: '开立',
    };
    this.documents.push(document);
    return { type: 'yes', fields: { id: document.id } };
  }

  #tellReceivable({ code, customerId, orderId, amount, state }: U8Document): void {
    const open = state === '审核' ? yuanFromFen(amount) : '0.00';
    this.#tell({ kind: 'receivable', receivableId: code, customerId, orderId, amount: yuanFromFen(amount), open, dueAt: this.#timeline.now + DUE_AFTER_MS });
  }

  #tell(fact: Fact): void {
    this.#changes.push({ fact, position: BigInt(this.#changes.length + 1) });
  }

  #orderOf(id: string): string | null {
    return this.documents.find((one) => one.id === id)?.orderId ?? null;
  }
}

function shown({ kind, id, code, state, orderId, amount }: U8Document): Readonly<Record<string, unknown>> {
  return { id, code, state, define1: orderId, ...(kind === 'saleorder' ? { entry: [{ sum: yuanFromFen(amount) }] } : { amount: yuanFromFen(amount) }) };
}

// Quantity times the price with tax, of up to six decimals, rounded to fen as U8 does
function lineTotal({ taxunitprice = '0', quantity = '0' }: Readonly<Record<string, string>>): Fen {
  const [yuan = '0', decimals = ''] = taxunitprice.split('.');
  const millionths = BigInt(yuan) * 1_000_000n + BigInt(decimals.padEnd(6, '0'));
  return fen((millionths * BigInt(quantity) + 5_000n) / 10_000n);
}
