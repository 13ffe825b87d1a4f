import type { Particular } from '../definition.ts';
import { column, texts } from './cells.ts';

/** The tables of rules that are in force. */
export const rulebookStatements: Readonly<Record<string, Particular>> = {
  'rulebook.save-live': {
    says: ['on conflict (service, point) do update set version = excluded.version, hash = excluded.hash where live.version < excluded.version'],
    lock: (session, [services, points]) => column<string>(services).map((service, at) => ({ table: session.table('rulebook.live'), key: `${service}|${column<string>(points)[at] ?? ''}` })),
    run: (session, [services, points, versions, hashes]) => {
      const table = session.table('rulebook.live');
      for (const [at, service] of column<string>(services).entries()) {
        const [point, version, hash] = [column<string>(points)[at], column<number>(versions)[at] ?? 0, column<string>(hashes)[at]];
        const row = { service, point, version, hash };
        if (Number(session.read(table, table.keyOf(row))?.['version'] ?? 0) < version) session.write(table, row);
      }
      return [];
    },
  },
  // nobody has other rules decide silently here
  'rulebook.live': {
    says: ['select service, point, hash, null as shadow_id, null as until from rulebook.live where service = any($1::text[])', 'from rulebook.shadow where service = any($1::text[]) and ended_because is null'],
    run: (session, [services]) => [...session.rows(session.table('rulebook.live'))].filter(({ service }) => texts(services).includes(String(service)))
      .map(({ service, point, hash }) => ({ service, point, hash, shadow_id: null, until: null })),
  },
  'rulebook.shadow-news': { says: ['from rulebook.shadow s where service = $1 and (not is_told or exists'], run: () => [] },
  // nobody puts other rules to past decisions here
  'rulebook.next-simulation': { says: ['from rulebook.simulation where service = $1 and not is_done'], run: () => [] },
};
