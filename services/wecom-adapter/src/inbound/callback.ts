import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { minutes, seconds, type Instant } from '@order-mesh/kernel';
import { fieldOf, textOf } from '@order-mesh/outbound';
import type { Heard } from '../usecases/hear-callback.ts';
import { isFromWecom, opened, type CallbackKeys, type Proof } from './envelope.ts';

/** What a callback turned out to be. */
export type Callback =
  | { readonly type: 'card-changed'; readonly heard: Heard }
  /** From WeCom, but about something else than a card of our template. */
  | { readonly type: 'beside-the-point' }
  | { readonly type: 'not-believed'; readonly why: string };

/** A callback as it came. */
export type Sealed = Omit<Proof, 'encrypt'> & { readonly body: string };

const MOST_SKEW = minutes(5);
// Every value is text; no entity is ever expanded
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, processEntities: false });

/** Believes a callback that is signed, of the last five minutes, and meant for this company; reads no more of it than which card. */
export function readCallback({ body, ...proof }: Sealed, keys: CallbackKeys & { readonly templateId: string }, now: Instant): Callback {
  const text = believed({ ...proof, encrypt: textOf(xmlIn(body), 'Encrypt') }, keys, now);
  if (typeof text !== 'string') return { type: 'not-believed', why: text.why };
  const event = xmlIn(text);
  const info = fieldOf(event, 'ApprovalInfo');
  const spNo = textOf(info, 'SpNo');
  const isOurs = textOf(event, 'Event') === 'sys_approval_change' && textOf(info, 'TemplateId') === keys.templateId;
  return isOurs && /^\d{1,32}$/.test(spNo) ? { type: 'card-changed', heard: { spNo, stamp: proof.signature } } : { type: 'beside-the-point' };
}

/** The number behind `echostr`, by which the console sees that the address is ours; else why it is not told. An event, sealed in the same way, is not opened for whoever sends it here. */
export function readEcho(proof: Proof, keys: CallbackKeys, now: Instant): string | { readonly why: string } {
  const text = believed(proof, keys, now);
  return typeof text !== 'string' || /^[\w+/=-]{1,128}$/.test(text) ? text : { why: 'it is no question of the console' };
}

function believed(proof: Proof, keys: CallbackKeys, now: Instant): string | { readonly why: string } {
  const at = seconds(Number(proof.timestamp || Number.NaN));
  if (!(Math.abs(now - at) <= MOST_SKEW)) return { why: 'its stamp is not within five minutes of now' };
  const agreed = [keys, ...(keys.before ? [{ ...keys, ...keys.before }] : [])].find((one) => isFromWecom(proof, one));
  if (!agreed) return { why: 'its signature does not fit' };
  return opened(proof.encrypt, agreed) ?? { why: 'it cannot be opened, or is meant for another company' };
}

// Whole or not at all, and never with declarations of its own
function xmlIn(text: string): unknown {
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) return undefined;
  try {
    return fieldOf(parser.parse(text), 'xml');
  } catch {
    return undefined;
  }
}
