import type { Particular } from '../definition.ts';
import { texts } from './cells.ts';

const FACTS = 'erp_adapter.fact';
const POSITIONS = 'erp_adapter.list_position';

/** The tables of erp-adapter. */
export const erpAdapterStatements: Readonly<Record<string, Particular>> = {
  'erp-adapter.position': {
    says: ['select position from erp_adapter.list_position where kind = $1'],
    run: (session, [kind]) => [session.read(session.table(POSITIONS), String(kind))].filter((row) => row !== undefined),
  },
  'erp-adapter.load-facts': {
    says: ['select content from erp_adapter.fact where kind = $1 and key = any($2::text[]) order by key for update'],
    lock: (session, [kind, keys]) => texts(keys).map((key) => ({ table: session.table(FACTS), key: `${String(kind)}|${key}` })).filter(({ table, key }) => session.read(table, key) !== undefined),
    run: (session, [kind, keys]) => texts(keys).flatMap((key) => {
      const row = session.read(session.table(FACTS), `${String(kind)}|${key}`);
      return row ? [{ content: JSON.parse(String(row['content'])) as unknown }] : [];
    }),
  },
  'erp-adapter.move-to': {
    says: ['on conflict (kind) do update set position = greatest(list_position.position, excluded.position)'],
    lock: (session, [kind]) => [{ table: session.table(POSITIONS), key: String(kind) }],
    run: (session, [kind, position]) => {
      const table = session.table(POSITIONS);
      const before = session.read(table, String(kind))?.['position'];
      const after = BigInt(String(position));
      session.write(table, { kind, position: typeof before === 'bigint' && before > after ? before : after });
      return [];
    },
  },
};
