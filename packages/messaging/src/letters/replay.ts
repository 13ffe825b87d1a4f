import type { IncomingRecord, OutgoingRecord } from '../broker/broker.ts';
import { outgoing } from '../broker/frame.ts';
import { HANDLED } from '../envelope.ts';

/** The dead letter that this record is a replay of. */
const LETTER = 'mesh-dead-letter';
/** The one participant a replay is for; everybody else has had the original, or has a letter of his own. */
const ONLY = 'mesh-only';
/** Where the original lay: topic/partition/offset. */
const PLACE = 'mesh-original';
/** The original's own id. */
const ORIGINAL_ID = 'mesh-original-id';

/** What a replayed record says of itself. */
export interface ReplayMark {
  readonly letterId: bigint;
  readonly participant: string;
  readonly original: string;
}

/** A letter as its consumer finds it when the replay arrives. */
export interface ReplayedLetter {
  readonly id: bigint;
  /** Where the original lay; another place means that the number is another database's. */
  readonly original: string;
  /** False once a copy of this replay was taken. */
  readonly waits: boolean;
}

export function replayMarkOf({ headers }: IncomingRecord): ReplayMark | null {
  const letter = headers[LETTER];
  if (letter === undefined || !/^\d{1,18}$/.test(letter)) return null;
  return { letterId: BigInt(letter), participant: headers[ONLY] ?? '', original: headers[PLACE] ?? '' };
}

export interface Replayable extends Pick<IncomingRecord, 'topic' | 'partition' | 'offset' | 'key' | 'value' | 'headers'> {
  readonly id: bigint;
  readonly participant: string;
}

/** Where the first record of a lineage lay, and what it was called. */
export function originalOf({ topic, partition, offset, headers }: Pick<Replayable, 'topic' | 'partition' | 'offset' | 'headers'>): { readonly place: string; readonly id: string } {
  const place = headers[PLACE] ?? `${topic}/${partition}/${offset}`;
  return { place, id: headers[ORIGINAL_ID] ?? headers['ce_id'] ?? place };
}

/** The record that brings a letter back: same topic, partition, key and bytes; an id of its own that begins with the original's. */
export function replayRecord(letter: Replayable): OutgoingRecord {
  const { topic, partition, key, value } = letter;
  const original = originalOf(letter);
  // nobody has handled this copy
  const { [HANDLED]: _, ...headers } = letter.headers;
  return outgoing({
    topic, partition, key, value,
    headers: { ...headers, ce_id: `${original.id}.replay-${letter.id}`, [LETTER]: String(letter.id), [ONLY]: letter.participant, [PLACE]: original.place, [ORIGINAL_ID]: original.id },
  });
}
