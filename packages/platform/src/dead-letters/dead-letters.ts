import { messageToJson, reasonsOf, type Codec, type Processor } from '@order-mesh/messaging';
import type { Database } from '../postgres/database.ts';
import { dropLetter, editLetter, replayLetter } from './decide-letters.ts';
import type { DeadLetters, LetterDetail, LetterFilter } from './letter.ts';
import { LETTER, LETTER_AND_BYTES, letterOf, numberOf, readLetters, type LetterRow } from './letter-rows.ts';

export interface DeadLetterMeans {
  readonly database: Database;
  readonly codec: Codec;
  /** The processor of this process: what is decided commits with its next batch, together with the message that says so. */
  readonly submit: Processor['submit'];
}

/** Who decides about letters, among those that send messages. */
const NAME = 'dead-letters';

/** The dead letters in PostgreSQL, schema `messaging`. */
export function deadLetters({ database, codec, submit }: DeadLetterMeans): DeadLetters {
  return {
    list: async (filter) => (await readLetters(database, listing(filter))).map(letterOf),
    openAfter: async (id, { since, limit }) => (await readLetters(database, {
      name: 'letters.open-after',
      text: `select ${LETTER} from messaging.dead_letter where status = 'open' and id > $1 and at >= $2 order by id limit $3`,
      values: [id === null ? 0n : numberOf(id) ?? 0n, new Date(since), limit],
    })).map(letterOf),
    find: (id) => findLetter(database, codec, id),
    edit: (id, message, decision) => submit(NAME, (unit) => editLetter(unit, { id, decision }, message, codec)),
    replay: (id, decision, again = false) => submit(NAME, (unit, forward) => replayLetter(unit, { id, decision, again }, forward)),
    drop: (id, decision) => submit(NAME, (unit) => dropLetter(unit, { id, decision })),
  };
}

function listing({ status, service, topic, reasonClass, orderId, original, since, text, before, limit }: LetterFilter) {
  return {
    name: 'letters.list',
    text: `select ${LETTER} from messaging.dead_letter
      where ($1::text is null or status = $1) and ($2::text is null or participant = $2) and ($3::text is null or topic = $3)
        and ($4::text[] is null or reason = any($4::text[])) and ($5::text is null or order_id = $5) and ($6::text is null or original = $6)
        and ($7::timestamptz is null or at >= $7) and ($8::text is null or detail ilike $8 or key ilike $8 or headers ->> 'ce_type' ilike $8)
        and ($9::int8 is null or id < $9)
      order by id desc limit $10`,
    values: [
      status ?? null, service ?? null, topic ?? null, reasonClass ? reasonsOf(reasonClass) : null, orderId ?? null, original ?? null, since === undefined ? null : new Date(since),
      text === undefined ? null : `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`, before === undefined ? null : numberOf(before) ?? 0n, limit,
    ],
  };
}

async function findLetter(database: Database, codec: Codec, id: string): Promise<LetterDetail | null> {
  const number = numberOf(id);
  if (number === null) return null;
  const [row] = await readLetters(database, { name: 'letters.find', text: `select ${LETTER_AND_BYTES} from messaging.dead_letter where id = $1`, values: [number] });
  if (!row) return null;
  const [lineage, elsewhere] = await Promise.all([lineageOf(database, row), elsewhereOf(database, row)]);
  const decoded = codec.decode(row.value);
  return {
    letter: letterOf(row), headers: row.headers, value: row.value, message: decoded.ok ? messageToJson(decoded.message) : null,
    lineage: lineage.map(letterOf), elsewhere: elsewhere.map(letterOf),
  };
}

function lineageOf(database: Database, { id }: LetterRow): Promise<readonly LetterRow[]> {
  return readLetters(database, {
    name: 'letters.lineage',
    text: `with root as (select coalesce(root_id, id) as id from messaging.dead_letter where id = $1)
      select ${LETTER} from messaging.dead_letter where id = (select id from root) or root_id = (select id from root) order by id`,
    values: [id],
  });
}

function elsewhereOf(database: Database, { id, participant }: LetterRow): Promise<readonly LetterRow[]> {
  return readLetters(database, {
    name: 'letters.elsewhere',
    text: `select ${LETTER} from messaging.dead_letter
      where original = (select original from messaging.dead_letter where id = $1) and participant <> $2 and status = 'open' order by id`,
    values: [id, participant],
  });
}
