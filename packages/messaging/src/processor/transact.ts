import { MeshError } from '@order-mesh/kernel';
import type { OutgoingRecord } from '../broker/broker.ts';
import { toRecord, type Envelope } from '../envelope.ts';
import type { Transaction } from '../message.ts';
import { packRecords } from '../outbox.ts';
import type { InboxEntry, MessageStore, ProgressMove } from '../store.ts';
import { decideBatch, type Circumstances } from './decide.ts';
import type { Host } from './host.ts';
import type { LocalWork } from './intake.ts';
import type { Plan } from './plan.ts';

/** What one transaction decides and notes. */
export interface Work extends Omit<Circumstances, 'tx'> {
  readonly plan: Plan;
  readonly works: readonly LocalWork[];
  readonly moves: readonly ProgressMove[];
  readonly noted: readonly InboxEntry[];
}

/** What is committed. */
export interface Written {
  readonly sent: readonly Envelope[];
  readonly outgoing: readonly OutgoingRecord[];
  /** Null when nothing is to be published. */
  readonly outboxId: bigint | null;
  readonly afterCommit: readonly (() => void)[];
}

/** Decides a batch and writes all that follows. Throws OFFSET_MOVED or MESSAGE_REPEATED, with nothing written, when some of it was decided before. */
export async function transact(host: Host, work: Work): Promise<Written> {
  const { store, codec } = host;
  const { plan } = work;
  return store.transaction(async (tx) => {
    const unheard = isUnheard(store, tx, work);
    if (plan.letters.length > 0) await store.writeDeadLetters(tx, plan.letters);
    if (plan.replayed.length > 0) await store.settleReplayed(tx, plan.replayed);
    const { sent, forwarded, afterCommit } = await decideBatch(host, plan, work.works, { ...work, tx });
    // what was decided meanwhile is in vain if any of it has been processed before
    await unheard;
    const outgoing = [...sent.map((one) => toRecord(one, codec)), ...forwarded];
    return { sent, outgoing, afterCommit, outboxId: outgoing.length > 0 ? await store.writeOutbox(tx, packRecords(outgoing)) : null };
  });
}

/** Asked while the batch is decided. */
function isUnheard(store: MessageStore, tx: Transaction, { moves, noted }: Work): Promise<unknown> {
  const advanced = moves.length === 0 ? true : store.advanceProgress(tx, moves);
  const isNew = noted.length === 0 ? true : store.noteInInbox(tx, noted);
  const unheard = Promise.all([advanced, isNew]).then(([hasAdvanced, wereNew]) => {
    if (!hasAdvanced) throw new MeshError('OFFSET_MOVED', { advice: 'another member has processed these records; they are skipped' });
    if (!wereNew) throw new MeshError('MESSAGE_REPEATED', { advice: 'copies of messages that were processed; they are skipped' });
  });
  unheard.catch(() => {});
  return unheard;
}
