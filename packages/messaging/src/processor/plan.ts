import type { IncomingRecord } from '../broker/broker.ts';
import type { Codec, Decoded } from '../codec/index.ts';
import { fromRecord, handledBy } from '../envelope.ts';
import type { Received } from '../message.ts';
import type { Participant, Subscription } from '../participant.ts';
import type { DeadLetter } from '../store.ts';
import type { ProgressDraft } from './progress.ts';
import type { Routing } from './routing.ts';

/** A record, and what its bytes turn out to be: what comes back because this process sent it is hardly ever looked at. */
export interface Read {
  readonly record: IncomingRecord;
  decoded(): Decoded | Undeliverable;
}

/** A record whose bytes are well but which its handler cannot take. */
export interface Undeliverable {
  readonly ok: false;
  readonly reason: 'handler-failed';
  readonly detail: string;
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
  readonly skipped: number;
}

export function readRecords(records: readonly IncomingRecord[], codec: Codec): readonly Read[] {
  return records.map((record) => {
    let decoded = handledBy(record).length > 0 ? undefined : codec.decode(record.value);
    return { record, decoded: () => (decoded ??= codec.decode(record.value)) };
  });
}

/** Sorts records to the participants that have not yet processed them, noting in the draft how far each gets. */
export function planBatch(reads: readonly Read[], routing: Routing, draft: ProgressDraft, now: number): Plan {
  const mail = new Mailbox();
  const letters: DeadLetter[] = [];
  let skipped = 0;
  for (const read of reads) {
    const { record } = read;
    const handled = handledBy(record);
    for (const { participant, subscription } of routing.get(record.topic) ?? []) {
      if (!draft.advance(participant.name, record, handled.includes(participant.name))) {
        skipped += 1;
        continue;
      }
      const decoded = read.decoded();
      if (decoded.ok) mail.put(participant, subscription, fromRecord(record, decoded.message));
      else letters.push({ ...placeOf(record), participant: participant.name, reason: decoded.reason, detail: decoded.detail, at: now });
    }
  }
  return { ...mail.sorted(), letters, skipped };
}

function placeOf({ topic, partition, offset, key, value, headers }: IncomingRecord): Pick<DeadLetter, keyof IncomingRecord & keyof DeadLetter> {
  return { topic, partition, offset, key, value, headers };
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
