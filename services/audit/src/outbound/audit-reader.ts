import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { query, type Database } from '@order-mesh/platform';
import type { Head, SealedEntry } from '../domain/chain.ts';
import { ENTRY, entryIn, HEAD, headOf, type EntryRow, type HeadRow } from './chain-rows.ts';

export interface EntryFilter {
  readonly orderId?: string;
  readonly actor?: string;
  readonly since?: Instant;
  readonly limit: number;
}

/** Reads the log for whoever looks at it; changes nothing. */
export interface AuditReader {
  /** Newest first. */
  list(filter: EntryFilter): Promise<readonly SealedEntry[]>;
  head(): Promise<Head>;
  /** The whole log as it stands at one moment, in the order of its positions, some thousand rows at a time; `begin` is told where the log says that it ends. */
  walk(begin: (head: Head) => void, take: (rows: readonly SealedEntry[]) => void): Promise<void>;
}

const ROWS_AT_ONCE = 2_000;

export function auditReader(database: Database): AuditReader {
  return {
    async list({ orderId = null, actor = null, since, limit }) {
      const rows = await database.query<EntryRow>({
        name: 'audit.list',
        text: `select ${ENTRY} from audit.entry where ($1::text is null or order_id = $1) and ($2::text is null or actor = $2) and ($3::timestamptz is null or at >= $3) order by position desc limit $4`,
        values: [orderId, actor, since === undefined ? null : new Date(since), limit],
      });
      return rows.map(entryIn);
    },
    head: async () => headOf(await database.query<HeadRow>({ name: 'audit.head', text: HEAD })),
    walk: (begin, take) => database.transaction(async (tx) => {
      await query(tx, { name: 'audit.one-moment', text: 'set transaction isolation level repeatable read, read only' });
      begin(headOf(await query<HeadRow>(tx, { name: 'audit.head', text: HEAD })));
      // rows of one number lie in the order they were written: whoever put a second one in may have taken the key of the table away
      await query(tx, { name: 'audit.declare', text: `declare entries no scroll cursor for select ${ENTRY} from audit.entry order by position, ctid` });
      for (let rows = await fetch(tx); rows.length > 0; rows = await fetch(tx)) take(rows.map(entryIn));
    }),
  };
}

const fetch = (tx: Transaction): Promise<readonly EntryRow[]> => query<EntryRow>(tx, { name: 'audit.fetch', text: `fetch ${ROWS_AT_ONCE} from entries` });
