import colors from 'picocolors';
import { kindOfField } from '@order-mesh/contracts';
import type { Decoded, IncomingRecord } from '@order-mesh/messaging';
import { bigIntAsText } from './print.ts';
import { shownClock } from './time.ts';

/** A record as it is shown; `problem` says why it could not be read. */
export interface ShownRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly at: string;
  readonly from: string;
  readonly type: string | null;
  readonly value: unknown;
  readonly problem: string | null;
}

/** A record for the screen, without what belongs to persons. */
export function shownRecord(record: IncomingRecord, decoded: Decoded): ShownRecord {
  const { topic, partition, offset, key, timestamp, headers } = record;
  return {
    topic, partition, offset: offset.toString(), key, at: headers['ce_time'] ?? new Date(timestamp).toISOString(), from: (headers['ce_source'] ?? '').replace(/^\/order-mesh\//, ''),
    type: decoded.ok ? decoded.message.type : null,
    value: decoded.ok ? withoutPersons(decoded.message.value) : null,
    problem: decoded.ok ? null : `${decoded.reason}: ${decoded.detail}`,
  };
}

export function recordLine({ topic, partition, offset, key, at, from, type, value, problem }: ShownRecord): string {
  const place = colors.dim(`${topic}/${partition}/${offset}`);
  const what = problem === null ? `${colors.bold(type ?? '')} ${JSON.stringify(value, bigIntAsText)}` : colors.red(`cannot be read: ${problem}`);
  return `${shownClock(Date.parse(at))} ${place} ${key} ${from ? `${colors.dim(from)} ` : ''}${what}`;
}

function withoutPersons(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPersons);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]: [string, unknown]) => [name, isOfAContact(name) && typeof field === 'string' ? '***' : withoutPersons(field)]));
}

function isOfAContact(name: string): boolean {
  const kind = kindOfField(name);
  return kind !== undefined && kind !== 'staff';
}
