import { MeshError } from '@order-mesh/kernel';
import type { Log } from '@order-mesh/platform';
import type { ErpStatement } from '../../usecases/ports.ts';
import { dayInShanghai } from '../u8/documents.ts';
import { u8Statement } from '../u8/statement.ts';
import { documentBy } from './books.ts';
import type { U8 } from './client.ts';
import { readList } from './lists.ts';

const MOST_PAGES = 10_000;

/** The statement through the OpenAPI: its document lists from the first day on, oldest change first. */
export function apiStatement(u8: U8, log: Log): ErpStatement {
  return u8Statement({
    verifies: true,
    async *rowsSince(kind, from) {
      let position = 0n;
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const { rows, readTo, isLast } = await readList(u8, `${kind}list`, position, { date_begin: dayInShanghai(from) });
        yield rows;
        if (isLast || readTo <= position) return;
        position = readTo;
      }
      throw new MeshError('PARTNER_BROKEN', { advice: `U8 lists more than ${MOST_PAGES} pages of ${kind}; compare fewer days (RECONCILE_DAYS)` });
    },
    async withLines(kind, { id, code }) {
      const read = await documentBy(u8, kind, id);
      if (read.type === 'unknown') throw new MeshError('PARTNER_UNREACHABLE', { advice: `${read.detail}; ${kind} ${code} could not be read` });
      return read.found;
    },
  }, log);
}
