import type { U8DocumentConfig } from '../../config.ts';
import type { Refusal } from '../../domain/booking.ts';
import { half, notEntered, notHeard, stands, unsure, type Found, type NotTakenBack, type Step, type TakingBack, type U8Books, type Wanted } from '../u8/books.ts';
import { documentFrom, type DocumentKind, type U8Document } from '../u8/documents.ts';
import { text } from '../u8/fields.ts';
import { reasonInWords } from '../u8/reason.ts';
import type { Eai } from './client.ts';
import { codeOf, isAskable, receivable, saleOrder } from './messages.ts';

const MOST_FOUND = 20;

/**
 * U8's books through EAI. It takes no idempotency key, so a document is entered under a number made of the order id, which U8 gives only once, and
 * after every write U8 is asked what it holds of the order. EAI can't verify: documents stay drawn up until somebody verifies them in U8, and
 * until then they are taken back by deleting them.
 */
export function eaiBooks(eai: Eai, config: U8DocumentConfig): U8Books {
  const documentsOf: U8Books['documentsOf'] = (kind, orderId, signal) => queried(eai, kind, orderId, signal);
  return {
    documentsOf,
    async establish(wanted, signal) {
      if (wanted.known) return asEntered(wanted, wanted.known);
      return isAskable(wanted.call.orderId) ? entered({ eai, config, documentsOf }, wanted, signal) : notEntered(wanted.kind, notAskable(wanted));
    },
    async takeBack(document, asked, signal) {
      return document.state === 'verified' ? verifiedThere(document) : deleted({ eai, config, documentsOf }, document, asked, signal);
    },
  };
}

const ORDER_COLUMN = 'cDefine1';

async function queried(eai: Eai, roottag: DocumentKind, orderId: string, signal?: AbortSignal): Promise<Found<readonly U8Document[]>> {
  // Nothing of such an order was ever entered
  if (!isAskable(orderId)) return { type: 'found', found: [] };
  const said = await eai.query({ roottag, where: { column: ORDER_COLUMN, value: orderId }, most: MOST_FOUND }, signal);
  switch (said.type) {
    case 'found': return { type: 'found', found: oursFirst(said.rows.filter((row) => text(row, 'define1') === orderId).map(documentFrom), codeOf(roottag, orderId)) };
    case 'refused': return { type: 'unknown', detail: inWords(said.words) };
    default: return unsure(said);
  }
}

function oursFirst(documents: readonly U8Document[], code: string): readonly U8Document[] {
  return [...documents.filter((one) => one.code === code), ...documents.filter((one) => one.code !== code)];
}

interface Means extends Pick<U8Books, 'documentsOf'> {
  readonly eai: Eai;
  readonly config: U8DocumentConfig;
}

async function entered({ eai, config, documentsOf }: Means, wanted: Wanted, signal: AbortSignal): Promise<Step> {
  const { kind, call } = wanted;
  const document = (kind === 'saleorder' ? saleOrder : receivable)(call.request, config, call.askedAt);
  const said = await eai.write('add', kind, document, signal);
  if (said.type === 'unavailable') return notHeard(kind, said);
  // A lost answer and a number that is taken are told apart from a "no" by what U8 holds
  const held = await documentsOf(kind, call.orderId, signal);
  if (held.type === 'unknown') return notHeard(kind, held);
  const [standing] = held.found;
  if (standing) return asEntered(wanted, standing);
  switch (said.type) {
    // An earlier attempt may still be on its way into U8: then it is looked once more whether anything is to be taken back
    case 'refused': return call.attempts === 0 ? notEntered(kind, refusalIn(said.words)) : half(refusalIn(said.words));
    case 'done': return notHeard(kind, { type: 'unknown', detail: `U8 took ${kind} ${codeOf(kind, call.orderId)} and does not show it` });
    default: return notHeard(kind, said);
  }
}

function asEntered({ kind, call }: Wanted, document: U8Document): Step {
  const code = codeOf(kind, call.orderId);
  if (document.state === 'gone') return half({ reason: 'closed-in-erp', detail: `U8 shows ${kind} ${document.code} as closed` });
  if (document.code === code) return stands(document);
  return half({ reason: 'erp-misconfigured', detail: `U8 numbered ${kind} ${document.code} instead of ${code}: set its numbering to manual, or a message that comes twice is entered twice` });
}

async function deleted({ eai, documentsOf }: Means, document: U8Document, { kind, orderId }: TakingBack, signal: AbortSignal): Promise<NotTakenBack | undefined> {
  const { id, code, state } = document;
  const said = await eai.write('delete', kind, { header: { id, code } }, signal);
  if (said.type === 'done') return undefined;
  if (said.type !== 'refused') return { type: 'unknown', detail: said.detail };
  const held = await documentsOf(kind, orderId, signal);
  if (held.type === 'unknown') return held;
  const standing = held.found.find((one) => one.id === id);
  if (!standing) return undefined;
  return standing.state === state ? { type: 'refused', ...refusalIn(said.words) } : { type: 'unknown', detail: inWords(said.words) };
}

function verifiedThere({ code }: U8Document): NotTakenBack {
  return { type: 'refused', reason: 'verified-in-erp', detail: `${code} is verified in U8, and EAI can't undo that: unverify it there (弃审), then ask again` };
}

function notAskable({ call }: Wanted): Refusal {
  return { reason: 'erp-refused', detail: `order id ${JSON.stringify(call.orderId.slice(0, 60))} can't be looked up through EAI: letters, digits and . _ : - only` };
}

function refusalIn(words: string): Refusal {
  return { reason: reasonInWords(words), detail: inWords(words) };
}

function inWords(words: string): string {
  return `U8 EAI: ${words.slice(0, 300)}`;
}
