import { contracts, type AnyMessage } from '@order-mesh/contracts';
import { messageFromJson, originalOf, replayRecord, type Codec, type Fault, type OutgoingRecord, type ReadMessage, type Unit } from '@order-mesh/messaging';
import { query } from '../postgres/sql-transaction.ts';
import { whyClosed, type Dropped, type Edited, type Letter, type LetterDecision, type NotDone, type Replayed } from './letter.ts';
import { LETTER, letterOf, lockLetter, type LetterRow } from './letter-rows.ts';

export interface Wish {
  readonly id: string;
  readonly decision: LetterDecision;
}

/** Sends the letter's record again, in the transaction that says so. */
export async function replayLetter(unit: Unit, { id, decision, again }: Wish & { readonly again: boolean }, forward: (record: OutgoingRecord) => void): Promise<Replayed> {
  const row = await lockLetter(unit.tx, id);
  const no = again && row?.status === 'replaying' ? null : refusalOf(row);
  if (no || !row) return no ?? { type: 'unknown' };
  const record = replayRecord(row);
  if (record.frame.length > MOST_BYTES) return { type: 'closed', why: `letter ${id} holds ${row.size} bytes, more than Kafka takes; edit it into something smaller, or drop it` };
  forward(record);
  return { type: 'replaying', letter: await decide(unit, row, 'replaying', decision) };
}

// a producer sends no larger record, and would otherwise try for ever
const MOST_BYTES = 990_000;

export async function dropLetter(unit: Unit, { id, decision }: Wish): Promise<Dropped> {
  const row = await lockLetter(unit.tx, id);
  const no = refusalOf(row);
  if (no || !row) return no ?? { type: 'unknown' };
  return { type: 'dropped', letter: await decide(unit, row, 'dropped', decision) };
}

/** Copies the letter, and those of other services about the same record, with another message. */
export async function editLetter(unit: Unit, { id, decision }: Wish, message: { readonly type: string; readonly value: unknown }, codec: Codec): Promise<Edited> {
  const row = await lockLetter(unit.tx, id);
  const no = refusalOf(row);
  if (no || !row) return no ?? { type: 'unknown' };
  const read = fitting(row, messageFromJson(message));
  if (!read.ok) return { type: 'invalid', faults: read.faults };
  const value = codec.encode(read.message);
  const rows = await query<LetterRow>(unit.tx, {
    name: 'letters.edit',
    text: `with taken as (
        select id from messaging.dead_letter where (original = $1 or id = $6) and status = 'open' order by id for update),
      closed as (
        update messaging.dead_letter l set status = 'edited', decided_by = $2, decided_at = now(), note = $3 from taken where l.id = taken.id returning l.*)
      insert into messaging.dead_letter (participant, topic, partition, "offset", key, value, headers, reason, detail, at, attempts, order_id, parent_id, original, root_id, edited)
        select participant, topic, partition, "offset", key, $4, headers || $5::jsonb, reason, detail, now(), attempts, order_id, id, original, coalesce(root_id, id), true from closed
        returning ${LETTER}`,
    values: [originalOf(row).place, decision.by, decision.note, value, JSON.stringify(headersOf(row, read.message)), row.id],
  });
  tell(unit, letterOf(row), 'edited', decision);
  return { type: 'edited', copies: rows.map(letterOf) };
}

function headersOf(row: LetterRow, message: AnyMessage): Readonly<Record<string, string>> {
  const original = originalOf(row);
  return { ce_type: message.type, 'mesh-original': original.place, 'mesh-original-id': original.id };
}

/** What is sent again goes where the original lay, under its key: only a message that belongs there may take its place. */
function fitting(row: LetterRow, read: ReadMessage): ReadMessage {
  if (!read.ok) return read;
  const { topic, key } = contracts[read.message.type];
  const faults: Fault[] = [];
  if (topic !== row.topic) faults.push({ field: 'type', detail: `${read.message.type} belongs on ${topic}; this letter is from ${row.topic}` });
  const own: unknown = Reflect.get(read.message.value, key);
  if (topic === row.topic && own !== row.key) {
    faults.push({ field: `value.${key}`, detail: `must stay "${row.key}", the key of the record: under another it would overtake that one's messages; drop this letter and have it sent anew` });
  }
  return faults.length > 0 ? { ok: false, faults } : read;
}

function refusalOf(row: LetterRow | null): NotDone | null {
  if (!row) return { type: 'unknown' };
  const why = whyClosed(letterOf(row));
  return why === null ? null : { type: 'closed', why };
}

async function decide(unit: Unit, row: LetterRow, status: 'replaying' | 'dropped', decision: LetterDecision): Promise<Letter> {
  const [decided] = await query<LetterRow>(unit.tx, {
    name: 'letters.decide',
    text: `update messaging.dead_letter set status = $2, decided_by = $3, decided_at = now(), note = $4 where id = $1 returning ${LETTER}`,
    values: [row.id, status, decision.by, decision.note],
  });
  const letter = letterOf(decided ?? row);
  tell(unit, letter, status === 'replaying' ? 'replayed' : status, decision);
  return letter;
}

function tell(unit: Unit, { id, service, original, reason, orderId }: Letter, decision: 'edited' | 'replayed' | 'dropped', { by, note }: LetterDecision): void {
  const value = { letterId: id, decision, decidedBy: by, note, service, original, reason, orderId, at: unit.now };
  unit.send({ type: 'LetterDecided', value }, { id: `letters/${id}/${decision}/${unit.now}`, trace: {} });
}
