import type { JsonMessage } from '@order-mesh/messaging';
import type { Letter, LetterDetail } from '@order-mesh/platform';
import { maskField, printable } from '../domain/mask.ts';
import { utc } from '../domain/order-item.ts';

/** A letter as it is shown: plain JSON, times in UTC. */
export const letterItemOf = (letter: Letter) => ({
  id: letter.id, status: letter.status, service: letter.service, topic: letter.topic, partition: letter.partition, offset: letter.offset.toString(), key: printable(letter.key),
  orderId: letter.orderId, class: letter.reasonClass, reason: letter.reason, detail: letter.detail, advice: letter.advice, attempts: letter.attempts, at: utc(letter.at),
  sizeBytes: letter.sizeBytes, type: letter.type, from: letter.sender, originalId: letter.originalId, original: letter.original, edited: letter.edited, parentId: letter.parentId,
  decidedBy: letter.decidedBy, decidedAt: letter.decidedAt === null ? null : utc(letter.decidedAt), note: letter.note, settledAt: letter.settledAt === null ? null : utc(letter.settledAt),
});

/** A letter with all a person needs to work with it; personal data masked. */
export const letterDetailOf = ({ letter, headers, value, message, lineage, elsewhere }: LetterDetail, raw: boolean) => ({
  ...letterItemOf(letter), headers, message: message && { type: message.type, value: masked('', message.value) },
  rawBase64: raw && value ? value.toString('base64') : null, lineage: lineage.map(letterItemOf), elsewhere: elsewhere.map(letterItemOf),
});

/** The message that an edit asks for: what is left out, or given as it is shown (masked), stays as it was. */
export function editedMessage(before: JsonMessage | null, given: { readonly type?: string | undefined; readonly value: unknown }): { readonly type: string; readonly value: unknown } {
  const type = given.type ?? before?.type ?? '';
  return { type, value: before && before.type === type ? merged('', before.value, given.value) : given.value };
}

function masked(field: string, value: unknown): unknown {
  if (typeof value === 'string') return maskField(field, value);
  if (Array.isArray(value)) return value.map((item) => masked(field, item));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(name, inner)])) : value;
}

function merged(field: string, before: unknown, given: unknown): unknown {
  if (typeof before === 'string' && given === maskField(field, before)) return before;
  if (!isObject(before) || !isObject(given)) return given;
  const old = new Map<string, unknown>(Object.entries(before));
  return { ...before, ...Object.fromEntries(Object.entries(given).map(([name, inner]) => [name, old.has(name) ? merged(name, old.get(name), inner) : inner])) };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
