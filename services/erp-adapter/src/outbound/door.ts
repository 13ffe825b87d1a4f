import { never, type Clock } from '@order-mesh/kernel';
import type { Log } from '@order-mesh/platform';
import type { U8Config } from '../config.ts';
import type { ErpLists, ErpStatement } from '../usecases/ports.ts';
import { eaiBooks } from './eai/books.ts';
import { openEai } from './eai/client.ts';
import { eaiLists } from './eai/lists.ts';
import { eaiStatement } from './eai/statement.ts';
import { openApiBooks } from './openapi/books.ts';
import { openU8 } from './openapi/client.ts';
import { u8Lists } from './openapi/lists.ts';
import { apiStatement } from './openapi/statement.ts';
import type { U8Books } from './u8/books.ts';

/** One way into U8: the same books, lists and statements through each. */
export interface Door {
  readonly books: U8Books;
  readonly lists: ErpLists;
  readonly statement: ErpStatement;
  close(): void;
}

/** Opens the door that is configured. */
export function openDoor(config: U8Config, { clock, log }: { readonly clock: Clock; readonly log: Log }): Door {
  const reading = { log, taxRate: config.document.taxRate };
  switch (config.mode) {
    case 'openapi': {
      const u8 = openU8(config, clock);
      return { books: openApiBooks(u8, config.document, config.resultWithin ?? undefined), lists: u8Lists(u8, reading), statement: apiStatement(u8, log), close: u8.close };
    }
    case 'eai': {
      const eai = openEai(config);
      return { books: eaiBooks(eai, config.document), lists: eaiLists(eai, reading), statement: eaiStatement(eai, log), close: eai.close };
    }
    default: return never(config);
  }
}
