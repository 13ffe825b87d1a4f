import type { SagaMessage } from './advance.ts';
import type { Saga } from './definition.ts';

interface Heard {
  readonly type: string;
  readonly value: unknown;
}

/** What an event means to a saga: the contracts say which event answers which command. Null when it means nothing to it. */
export function hear(saga: Saga, { type, value }: Heard): SagaMessage | null {
  for (const { name: step, ask, undo, appeal } of saga.steps) {
    if (type === ask.reply.done) return { type: 'done', step, value, ...revisionOf(value) };
    if (type === ask.reply.refused) return { type: 'refused', step, appealable: read(value, 'appealable') === true, ...reasonOf(value), ...revisionOf(value), ...evidenceOf(value) };
    if (type === undo.reply.undone) return { type: 'undone', step };
    if (type === undo.reply.refused) return { type: 'undoRefused', step, ...reasonOf(value) };
    if (!appeal || !isAbout(value, appeal.subject)) continue;
    if (type === appeal.ask.reply.done) return { type: 'overturned', step, approvalId: String(read(value, 'approvalId')), ...revisionOf(value) };
    if (type === appeal.ask.reply.refused) return { type: 'upheld', step, ...reasonOf(value), ...revisionOf(value) };
  }
  return null;
}

function isAbout(value: unknown, subject: string | undefined): boolean {
  const told = read(value, 'subject');
  return subject === undefined || told === undefined || told === '' || told === subject;
}

function reasonOf(value: unknown): { readonly reason: string; readonly detail: string } {
  return { reason: String(read(value, 'reason')), detail: String(read(value, 'detail')) };
}

function revisionOf(value: unknown): { readonly revision?: number } {
  const revision = read(value, 'revision');
  return typeof revision === 'number' ? { revision } : {};
}

function evidenceOf(value: unknown): { readonly evidence?: unknown } {
  const evidence = read(value, 'evidence');
  return evidence === undefined ? {} : { evidence };
}

function read(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(field) : undefined;
}
