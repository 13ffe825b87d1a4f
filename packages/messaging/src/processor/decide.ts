import { contracts } from '@order-mesh/contracts';
import { MeshError, type Instant } from '@order-mesh/kernel';
import type { OutgoingRecord } from '../broker/broker.ts';
import { partitionFor } from '../broker/partition.ts';
import { envelope, type Envelope, type Sender } from '../envelope.ts';
import type { Cause, Outgoing, Transaction, Unit } from '../message.ts';
import type { Host } from './host.ts';
import { Mailbox, type Delivery, type Plan } from './plan.ts';
import type { Routing } from './routing.ts';
import type { LocalWork } from './intake.ts';

export interface Decision {
  readonly sent: readonly Envelope[];
  /** Records that go out as they are. */
  readonly forwarded: readonly OutgoingRecord[];
  readonly afterCommit: readonly (() => void)[];
}

export interface Circumstances {
  readonly tx: Transaction;
  readonly routing: Routing;
  readonly now: Instant;
  readonly inPlace: boolean;
  /** Whether a message of this partition may be taken by its receivers in this very transaction. */
  readonly isNear: (partition: number) => boolean;
}

/**
 * Lets every participant decide on its share of the batch; what they send to each other is decided in further rounds of the same
 * transaction, until nobody near has anything left to say. Projections then see all of it once.
 */
export async function decideBatch(host: Host, plan: Plan, works: readonly LocalWork[], circumstances: Circumstances): Promise<Decision> {
  const round = new Round(host, circumstances);
  if (circumstances.inPlace) readAhead(host, plan, circumstances.tx);
  for (const work of works) await work.run(round.unitOf(work.participant), (record) => { round.forwarded.push(record); });
  for (const delivery of plan.deciders) await deliver(delivery, round);
  const views: Delivery[] = [...plan.projections];
  for (let rounds = 0; ; rounds += 1) {
    circumstances.tx.roundDecided?.();
    const fresh = round.takeFresh();
    if (fresh.length === 0) break;
    if (rounds >= host.limits.maxRounds) throw new MeshError('TOO_MANY_ROUNDS', { advice: `services answer each other without end; last: ${fresh[0]?.received.type ?? ''}` });
    const { deciders, projections } = sortFresh(fresh, circumstances.routing);
    views.push(...projections);
    for (const delivery of deciders) await deliver(delivery, round);
  }
  for (const delivery of joinViews(views)) await deliver(delivery, round);
  circumstances.tx.allDecided?.();
  return { sent: round.sent, forwarded: round.forwarded, afterCommit: round.afterCommit };
}

function readAhead({ participants }: Host, { deciders }: Plan, tx: Transaction): void {
  const batch = [...new Set(deciders.flatMap(({ messages }) => messages))];
  if (batch.length === 0) return;
  for (const participant of participants) participant.readAhead?.(batch, tx);
}

async function deliver({ participant, subscription, messages }: Delivery, round: Round): Promise<void> {
  await subscription.handle(messages, round.unitOf(participant.name));
}

function sortFresh(fresh: readonly Envelope[], routing: Routing): ReturnType<Mailbox['sorted']> {
  const mail = new Mailbox();
  for (const { received, topic, handledBy } of fresh) {
    if (handledBy.length === 0) continue;
    for (const { participant, subscription } of routing.get(topic) ?? []) mail.put(participant, subscription, received);
  }
  return mail.sorted();
}

function joinViews(views: readonly Delivery[]): readonly Delivery[] {
  const mail = new Mailbox();
  for (const { participant, subscription, messages } of views) {
    for (const message of messages) mail.put(participant, subscription, message);
  }
  return mail.sorted().projections;
}

/** The units of one batch: one a participant, all writing to the same list of sent messages. */
class Round {
  readonly sent: Envelope[] = [];
  readonly forwarded: OutgoingRecord[] = [];
  readonly afterCommit: (() => void)[] = [];
  readonly #host: Host;
  readonly #circumstances: Circumstances;
  readonly #units = new Map<string, Unit>();
  readonly #partitions = new Map<string, number>();
  readonly #near = new Map<string, readonly string[]>();
  #taken = 0;

  constructor(host: Host, circumstances: Circumstances) {
    this.#host = host;
    this.#circumstances = circumstances;
  }

  unitOf(participant: string): Unit {
    const known = this.#units.get(participant);
    if (known) return known;
    const { tx, now } = this.#circumstances;
    const sends = this.#host.participants.find(({ name }) => name === participant)?.sends;
    const sender: Sender & Counts = { ...(sends && { sends }), participant, now, partitionOf: (key) => this.#partitionOf(key), nearTo: (topic, partition) => this.#nearTo(topic, partition), counts: new Map() };
    const unit: Unit = {
      tx,
      now,
      send: (message, cause) => { this.#send(sender, message, cause); },
      afterCommit: (action) => { this.afterCommit.push(action); },
    };
    this.#units.set(participant, unit);
    return unit;
  }

  takeFresh(): readonly Envelope[] {
    const fresh = this.sent.slice(this.#taken);
    this.#taken = this.sent.length;
    return fresh;
  }

  #send(sender: Sender & Counts, message: Outgoing, cause: Cause): void {
    if (sender.sends?.has(contracts[message.type].topic) === false) throw notIts(sender.participant, message);
    const index = sender.counts.get(cause.id) ?? 0;
    sender.counts.set(cause.id, index + 1);
    this.sent.push(envelope(message, cause, index, sender));
  }

  /** The messages of an order share its partition. */
  #partitionOf(key: string): number {
    const known = this.#partitions.get(key);
    if (known !== undefined) return known;
    const partition = partitionFor(key, this.#host.partitions);
    this.#partitions.set(key, partition);
    return partition;
  }

  #nearTo(topic: string, partition: number): readonly string[] {
    if (!this.#circumstances.isNear(partition)) return NOBODY;
    const known = this.#near.get(topic);
    if (known) return known;
    const names = (this.#circumstances.routing.get(topic) ?? []).map(({ participant }) => participant.name);
    this.#near.set(topic, names);
    return names;
  }
}

const NOBODY: readonly string[] = [];

function notIts(participant: string, { type }: Outgoing): MeshError {
  return new MeshError('BROKEN_PROMISE', { advice: `${participant} may not send ${type}: ${contracts[type].topic} is not among its topics in contracts/src/voices.ts` });
}

/** How many messages a participant has sent for each cause, by its id, and where it may send any. */
interface Counts {
  readonly sends?: ReadonlySet<string>;
  readonly counts: Map<string, number>;
}
