import { MeshError } from '@order-mesh/kernel';
import type { Log } from '@order-mesh/platform';
import type { ErpStatement } from '../../usecases/ports.ts';
import { u8Statement } from '../u8/statement.ts';
import type { Eai } from './client.ts';
import { readList } from './lists.ts';

const MOST_PAGES = 10_000;

/** The statement through EAI: it narrows a query down by one value only, so the lists are read from their beginning. Deleted documents are not in them, and a draft is all that a booking makes. */
export function eaiStatement(eai: Eai, log: Log): ErpStatement {
  return u8Statement({
    verifies: false,
    async *rowsSince(kind) {
      let position = 0n;
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const { rows, readTo, isLast } = await readList(eai, kind, position);
        yield rows;
        if (isLast) return;
        position = readTo;
      }
      throw new MeshError('PARTNER_BROKEN', { advice: `U8 EAI lists more than ${MOST_PAGES} pages of ${kind}; use the OpenAPI to compare the books` });
    },
    withLines: (_kind, { code }) => Promise.reject(new MeshError('PARTNER_BROKEN', { advice: `U8 EAI shows sales order ${code} without lines` })),
  }, log);
}
