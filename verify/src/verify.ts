import { rebuildViews } from '@order-mesh/gateway';
import type { Broker } from '@order-mesh/messaging';
import type { Facts } from './facts.ts';
import { allTopics, readHistory, type History, type Reading } from './history/history.ts';
import { extentOf, withBroker } from './history/read.ts';
import { invariants } from './invariants/index.ts';
import { readLedgers, type Ledgers } from './ledgers/ledgers.ts';
import type { Places } from './places.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';
import { compareViews, type ViewComparison } from './views.ts';
import { judge, type InvariantId, type Verdict } from './verdict.ts';

export interface VerifyOptions {
  /** Nothing new comes in and no fault lasts: whatever is still under way counts as stuck. False if not named. */
  readonly settled?: boolean;
  /** All if not named. */
  readonly only?: readonly InvariantId[];
  /** How many offending rows a verdict shows at most; 20 if not named. */
  readonly shown?: number;
  /** Told what is being done, many times a second while messages are read. */
  readonly progress?: (line: string) => void;
}

const SHOWN = 20;

/**
 * Checks every invariant of a mesh, running or at rest, and resolves to one verdict each, in the order of their numbers. Only reads: the tables in one
 * repeatable-read transaction, the messages beside all consumer groups, the partners' ledgers over HTTP.
 * Throws DATABASE_UNREACHABLE, BROKER_UNREACHABLE or TIMED_OUT when it cannot look; never a verdict on what it has not seen.
 */
export async function verify(places: Places, { settled = false, only, shown = SHOWN, progress = () => {} }: VerifyOptions = {}): Promise<readonly Verdict[]> {
  return withBroker(places, async (broker) => {
    progress('looking at the topics');
    // before the snapshot: what is on Kafka by now is from transactions that the snapshot will show
    const before = await extentOf(broker, allTopics);
    const snapshot = await openSnapshot(places.databaseUrl);
    try {
      const wanted = invariants.filter(({ id }) => only?.includes(id) ?? true);
      const facts = factsOf({ places, broker, snapshot, settled, progress, before, needsViews: wanted.some(({ id }) => id === 'I6' || id === 'I12') });
      const verdicts: Verdict[] = [];
      for (const invariant of wanted) {
        progress(`${invariant.id}: ${invariant.title}`);
        verdicts.push(judge(invariant, await invariant.check(facts), shown));
      }
      return verdicts;
    } finally {
      await snapshot.close();
    }
  });
}

interface Means {
  readonly places: Places;
  readonly broker: Broker;
  readonly snapshot: Snapshot;
  readonly settled: boolean;
  readonly progress: (line: string) => void;
  readonly before: Awaited<ReturnType<typeof extentOf>>;
  /** Messages are read once: what is to be rebuilt from them is rebuilt then. */
  readonly needsViews: boolean;
}

function factsOf({ places, broker, snapshot, settled, progress, before, needsViews }: Means): Facts {
  const rebuilt = rebuildViews();
  const onMessages: Reading['onMessages'] = needsViews ? rebuilt.hear : () => Promise.resolve();
  const history = once<History>(() => readHistory({ broker, snapshot, before, progress, onMessages }));
  return {
    snapshot,
    settled,
    ledgers: once<Ledgers>(() => readLedgers(places)),
    history,
    views: once<ViewComparison>(async () => compareViews(snapshot, await history(), rebuilt)),
    async later<Row>(text: string, values: readonly unknown[]) {
      const now = await openSnapshot(places.databaseUrl);
      try {
        return await now.rows<Row>(text, values);
      } finally {
        await now.close();
      }
    },
  };
}

function once<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= read());
}
