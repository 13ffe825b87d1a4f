import { contracts, isOrderTopic } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { IncomingRecord } from '../broker/broker.ts';
import type { Codec, Decoded } from '../codec/index.ts';
import { fromRecord, handledBy } from '../envelope.ts';
import { replayMarkOf, type LetterReason, type ReplayedLetter, type ReplayMark } from '../letters/index.ts';
import type { Received } from '../message.ts';
import type { Participant, Subscription } from '../participant.ts';
import type { DeadLetter } from '../store.ts';
import type { Inbox } from './inbox.ts';
import type { ProgressDraft } from './progress.ts';
import type { Routing } from './routing.ts';

/** A record, and what its bytes turn out to be: what comes back because this process sent it is hardly ever looked at. */
export interface Read {
  readonly record: IncomingRecord;
  decoded(): Decoded | Undeliverable;
}

/** A record whose bytes are well but which its handler cannot take, or which nobody listens for where it lies. */
export interface Undeliverable {
  readonly ok: false;
  readonly reason: Extract<LetterReason, 'handler-failed' | 'wrong-topic'>;
  readonly detail: string;
  readonly attempts: number;
}

/** What goes to one handler of one participant. */
export interface Delivery {
  readonly participant: Participant;
  readonly subscription: Subscription;
  readonly messages: Received[];
}

/** What a batch of records asks for: deliveries to deciders, deliveries to projections, dead letters. */
export interface Plan {
  readonly deciders: readonly Delivery[];
  readonly projections: readonly Delivery[];
  readonly letters: readonly DeadLetter[];
  /** Letters whose replay is delivered here. */
  readonly replayed: readonly bigint[];
  readonly skipped: number;
}

/** What a batch of records is sorted by. */
export interface Sorting {
  readonly routing: Routing;
  readonly draft: ProgressDraft;
  readonly inbox: Inbox;
  readonly now: Instant;
  /** The letters that records of the batch say they are replays of. */
  readonly replayed: readonly ReplayedLetter[];
}

export function readRecords(records: readonly IncomingRecord[], codec: Codec): readonly Read[] {
  return records.map((record) => {
    const decode = (): Decoded | Undeliverable => inPlace(codec.decode(record.value), record.topic);
    let decoded = handledBy(record).length > 0 ? undefined : decode();
    return { record, decoded: () => (decoded ??= decode()) };
  });
}

function inPlace(decoded: Decoded, topic: string): Decoded | Undeliverable {
  if (!decoded.ok || contracts[decoded.message.type].topic === topic) return decoded;
  return { ok: false, reason: 'wrong-topic', detail: `${decoded.message.type} belongs on ${contracts[decoded.message.type].topic}`, attempts: 1 };
}

/** Sorts records to the participants that have not yet processed them, noting in the draft how far each gets. */
export function planBatch(reads: readonly Read[], { routing, draft, inbox, now, replayed }: Sorting): Plan {
  const mail = new Mailbox();
  const letters: DeadLetter[] = [];
  const replays = new Replays(replayed);
  let skipped = 0;
  for (const read of reads) {
    const { record } = read;
    const handled = handledBy(record);
    const mark = replayMarkOf(record);
    for (const { participant, subscription } of routing.get(record.topic) ?? []) {
      const isHandled = handled.includes(participant.name) || (mark !== null && !replays.isFor(mark, participant.name));
      if (!draft.advance(participant.name, record, isHandled)) {
        skipped += 1;
        continue;
      }
      const decoded = read.decoded();
      const replayOf = mark && replays.take(mark, decoded.ok);
      if (decoded.ok && !inbox.take(participant, record)) skipped += 1;
      else if (decoded.ok) mail.put(participant, subscription, fromRecord(record, decoded.message));
      else letters.push(letterOf(record, participant.name, decoded, { now, replayOf }));
    }
  }
  return { ...mail.sorted(), letters, replayed: replays.delivered, skipped };
}

type Unread = Exclude<Decoded | Undeliverable, { readonly ok: true }>;

function letterOf({ topic, partition, offset, key, value, headers }: IncomingRecord, participant: string, unread: Unread, { now, replayOf }: { readonly now: Instant; readonly replayOf: bigint | null }): DeadLetter {
  const orderId = isOrderTopic(topic) && key !== '' && key.length <= LONGEST_ORDER_ID ? key : null;
  const attempts = 'attempts' in unread ? unread.attempts : 1;
  return { topic, partition, offset, key, value, headers, participant, reason: unread.reason, detail: unread.detail, at: now, attempts, orderId, replayOf };
}

const LONGEST_ORDER_ID = 200;

/** The replays of one batch: each is taken once, by the participant whose letter it is, however many copies of it were published. */
class Replays {
  readonly delivered: bigint[] = [];
  readonly #letters: ReadonlyMap<bigint, ReplayedLetter>;
  readonly #taken = new Set<bigint>();

  constructor(replayed: readonly ReplayedLetter[]) {
    this.#letters = new Map(replayed.map((letter) => [letter.id, letter]));
  }

  isFor(mark: ReplayMark, participant: string): boolean {
    if (mark.participant !== participant) return false;
    const letter = this.#letterOf(mark);
    // a letter that this database does not have: the record is a record like any other
    return letter === undefined || (letter.waits && !this.#taken.has(letter.id));
  }

  /** The letter whose replay this is, if this database has it; a record that can be read settles it. */
  take(mark: ReplayMark, isRead: boolean): bigint | null {
    const letter = this.#letterOf(mark);
    if (!letter) return null;
    this.#taken.add(letter.id);
    if (isRead) this.delivered.push(letter.id);
    return letter.id;
  }

  #letterOf({ letterId, original }: ReplayMark): ReplayedLetter | undefined {
    const letter = this.#letters.get(letterId);
    return letter?.original === original ? letter : undefined;
  }
}

/** Collects messages per handler, keeping their order. */
export class Mailbox {
  readonly #deliveries = new Map<Subscription, Delivery>();

  put(participant: Participant, subscription: Subscription, message: Received): void {
    const delivery = this.#deliveries.get(subscription);
    if (delivery) delivery.messages.push(message);
    else this.#deliveries.set(subscription, { participant, subscription, messages: [message] });
  }

  sorted(): { readonly deciders: readonly Delivery[]; readonly projections: readonly Delivery[] } {
    const all = [...this.#deliveries.values()];
    return {
      deciders: all.filter(({ participant }) => !participant.projection),
      projections: all.filter(({ participant }) => participant.projection),
    };
  }
}
