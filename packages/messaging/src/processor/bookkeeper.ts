import type { Duration } from '@order-mesh/kernel';
import type { Consumer } from '../broker/broker.ts';
import type { Watcher } from './host.ts';
import type { ProgressBook } from './progress.ts';
import type { Publisher } from './publisher.ts';

export interface Books {
  readonly book: ProgressBook;
  readonly consumer: Consumer;
  readonly publisher: Publisher;
  readonly watcher: Watcher;
  readonly every: Duration;
}

/** Rows younger than this may still be on their way out of a living neighbour. */
const LEFT_BEHIND_MS = 10_000;
const SWEEP_EVERY_TURNS = 40;

/** Does what may wait: drops published outbox rows, tells Kafka our offsets, sweeps what a dead neighbour left. Gives the way to stop it. */
export function keepBooks({ book, consumer, publisher, watcher, every }: Books): () => void {
  let timer: NodeJS.Timeout;
  let stopped = false;
  let turns = 0;
  let told = '';
  const turn = async (): Promise<void> => {
    turns += 1;
    await publisher.dropPublished();
    const positions = book.positions();
    const shown = positions.map(({ topic, partition, offset }) => `${topic}/${partition}:${offset}`).join();
    if (shown !== told) await consumer.commit(positions);
    told = shown;
    if (turns % SWEEP_EVERY_TURNS === 0) await publisher.sweep(LEFT_BEHIND_MS);
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      turn().catch((error: unknown) => { watcher.trouble('keeping books', error); }).finally(() => { if (!stopped) schedule(); });
    }, every);
  };
  schedule();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
