import type { IncomingRecord } from '../broker/broker.ts';
import { digest, hex } from '../digest.ts';
import type { Participant } from '../participant.ts';
import type { InboxEntry, MessageStore } from '../store.ts';
import type { Routing } from './routing.ts';

/**
 * The messages of one batch, by who decides on them. A copy of a message, elsewhere in the same partition, is not delivered a second time:
 * what followed from the first is committed, so there is nothing left to decide, and an answer given again would say something else under the same number.
 */
export class Inbox {
  readonly #known: ReadonlySet<string>;
  readonly #noted = new Map<string, InboxEntry>();
  readonly #digests = new WeakMap<IncomingRecord, string>();

  /** Begins with what is known to have been taken before this batch. */
  constructor(known: readonly InboxEntry[]) {
    this.#known = new Set(known.map(placeOf));
  }

  /** Notes that the participant takes this record; false when it has taken a copy of it. */
  take({ name, projection }: Participant, record: IncomingRecord): boolean {
    const entry = projection ? null : this.#entryOf(name, record);
    if (!entry) return true;
    const place = placeOf(entry);
    if (this.#known.has(place) || this.#noted.has(place)) return false;
    this.#noted.set(place, entry);
    return true;
  }

  noted(): readonly InboxEntry[] {
    return [...this.#noted.values()];
  }

  /** A record of another maker may have no number: its place is its name then, and a copy of it is another. */
  #entryOf(participant: string, record: IncomingRecord): InboxEntry | null {
    const id = record.headers['ce_id'];
    if (id === undefined) return null;
    const message = this.#digests.get(record) ?? hex(digest(`${id}|${record.value?.toString('latin1') ?? ''}`));
    this.#digests.set(record, message);
    return { participant, message };
  }
}

/** The inbox for these records, which knows what was taken of them before. */
export async function inboxKnowing({ reads, routing }: { readonly reads: readonly { readonly record: IncomingRecord }[]; readonly routing: Routing }, store: MessageStore): Promise<Inbox> {
  const every = new Inbox([]);
  for (const { record } of reads) for (const { participant } of routing.get(record.topic) ?? []) every.take(participant, record);
  const entries = every.noted();
  return new Inbox(entries.length === 0 ? [] : await store.loadInbox(entries));
}

const placeOf = ({ participant, message }: InboxEntry): string => `${message}|${participant}`;
