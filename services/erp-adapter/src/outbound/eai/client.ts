import type { EaiConfig } from '../../config.ts';
import type { DocumentKind } from '../u8/documents.ts';
import type { U8Fields } from '../u8/fields.ts';
import { openHttp, persistently } from '../u8/http.ts';
import { queriedIn, writtenIn, type Queried, type Written } from './answers.ts';
import type { EaiDocument } from './messages.ts';
import { toXml } from './xml.ts';

/** U8's EAI as it is spoken: one XML message, one answer. It knows no key of ours, so a write is sent once and never again by itself. */
export interface Eai {
  write(proc: 'add' | 'delete', kind: DocumentKind, document: EaiDocument, signal?: AbortSignal): Promise<Written>;
  query(query: EaiQuery, signal?: AbortSignal): Promise<Queried>;
  close(): void;
}

export interface EaiQuery {
  readonly roottag: string;
  /** A column of U8's tables that must have this value. */
  readonly where?: { readonly column: string; readonly value: string };
  /** Only what changed after this row version. */
  readonly after?: bigint;
  /** Rows, at most. */
  readonly most: number;
}

const HEADERS = { 'Content-Type': 'application/xml; charset=utf-8' };

/** Opens a client. Reads whose answer is lost are made again. */
export function openEai(config: EaiConfig): Eai {
  const http = openHttp(config);
  const send = (wanted: Message, signal?: AbortSignal) => http.request({ method: 'POST', data: messageFor(config, wanted), headers: HEADERS, ...(signal && { signal }) });
  return {
    async write(proc, kind, document, signal) {
      const answer = await send({ roottag: kind, proc, content: document }, signal);
      return answer.type === 'body' ? writtenIn(answer.body) : answer;
    },
    query: (query, signal) => persistently(async () => {
      const answer = await send(queryMessage(query), signal);
      return answer.type === 'body' ? queriedIn(answer.body, query.roottag) : answer;
    }),
    close: http.close,
  };
}

interface Message {
  readonly roottag: string;
  readonly proc: 'add' | 'delete' | 'Query';
  readonly attributes?: U8Fields;
  readonly content: U8Fields;
}

function messageFor({ sender }: EaiConfig, { roottag, proc, attributes, content }: Message): string {
  const head = { '@sender': sender, '@receiver': 'u8', '@roottag': roottag, '@proc': proc, '@docid': '', '@codeexchanged': 'N', '@exportneedexch': 'N', ...attributes };
  return toXml({ ufinterface: { ...head, [roottag]: content } });
}

function queryMessage({ roottag, where, after, most }: EaiQuery): Message {
  const attributes = { '@paginate': '0', '@maxdataitems': String(most), '@timestamp': after === undefined ? '' : `0x${after.toString(16).padStart(16, '0')}` };
  const field = where && { '@name': where.column, '@operation': '=', '@value': where.value, '@logic': '' };
  return { roottag, proc: 'Query', attributes, content: field ? { field } : {} };
}
