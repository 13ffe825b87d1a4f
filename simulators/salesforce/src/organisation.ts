import { openJournal } from '@order-mesh/simulator';
import { changeLog, type ChangeEvent, type ChangeLog, type GapKind } from './events/log.ts';
import { problem, refused, type Answer } from './problems.ts';
import { noLocks, type Locks } from './records/locks.ts';
import type { SobjectName } from './records/schema.ts';
import { emptyStore, STAMPS, type Change, type Fields, type Store } from './records/store.ts';
import { planSaves, type Plan, type SaveRequest } from './records/transaction.ts';

/** Who writes: subscribers recognise themselves by `origin`. */
export interface Writer {
  readonly userId: string;
  /** Such as com/salesforce/api/rest/62.0;client=order-mesh */
  readonly origin: string;
}

/** The organisation: its records, and the events that tell about them. */
export interface Organisation {
  readonly store: Store;
  readonly log: ChangeLog;
  readonly locks: Locks;
  /** Carries out what can be carried out, or with `allOrNone` everything or nothing; kept before it is answered. */
  save(requests: readonly SaveRequest[], writer: Writer, allOrNone?: boolean): readonly Answer<Plan>[];
  /** Tells subscribers that something happened to these records which could not be written down. */
  reportGap(gap: Gap): void;
  close(): void;
}

export interface Gap {
  readonly sobject: SobjectName;
  readonly kind: GapKind;
  readonly recordIds: readonly string[];
}

type Entry =
  | { readonly type: 'saved'; readonly at: number; readonly writer: Writer; readonly changes: readonly Change[] }
  | ({ readonly type: 'gap'; readonly at: number } & Omit<Gap, 'kind'> & Partial<Pick<Gap, 'kind'>>);

export interface OrganisationOptions {
  readonly stateDir?: string | undefined;
  /** How long events can be read again; Salesforce keeps them 72 hours. */
  readonly retentionMs: number;
  readonly now: () => number;
  /** Whether a flow links orders as they are activated. */
  readonly linksOrders: () => boolean;
  /** Records that were there from the beginning and are not told about. */
  readonly seed: readonly Change[];
}

/** Opens the organisation: the seed, then everything that earlier runs kept in `stateDir`. */
export function openOrganisation({ stateDir, retentionMs, now, linksOrders, seed }: OrganisationOptions): Organisation {
  const store = emptyStore();
  const log = changeLog({ retentionMs, now });
  const locks = noLocks();
  for (const change of seed) store.apply(change);
  let transaction = 0;
  const journal = openJournal<Entry>({
    name: 'salesforce',
    stateDir,
    apply: (entry) => {
      transaction += 1;
      for (const event of eventsOf(entry, transaction, store)) log.append(event);
    },
  });
  return {
    store,
    log,
    locks,
    save(requests, writer, allOrNone = false) {
      const at = now();
      const plans = planSaves(requests, { store, userId: writer.userId, at, linksOrders: linksOrders() }).map((plan) => unlessHeld(plan, locks));
      if (allOrNone && plans.some((plan) => plan.type === 'refused')) return plans.map(rollBack);
      const changes = plans.flatMap((plan) => (plan.type === 'ok' ? plan.value.changes : []));
      if (changes.length > 0) journal.record({ type: 'saved', at, writer, changes });
      return plans;
    },
    reportGap: (gap) => journal.record({ type: 'gap', at: now(), ...gap }),
    close: () => journal.close(),
  };
}

function unlessHeld(plan: Answer<Plan>, locks: Locks): Answer<Plan> {
  const held = plan.type === 'ok' ? locks.refuses(plan.value.changes.map(({ id }) => id)) : undefined;
  return held === undefined ? plan : refused(problem('UNABLE_TO_LOCK_ROW', `unable to obtain exclusive access to this record or 1 records: ${held}`));
}

function rollBack(plan: Answer<Plan>): Answer<Plan> {
  if (plan.type === 'refused') return plan;
  return refused(problem('ALL_OR_NONE_OPERATION_ROLLED_BACK', 'Record rolled back because not all records were valid and the request was using AllOrNone header'));
}

function eventsOf(entry: Entry, transaction: number, store: Store): readonly Omit<ChangeEvent, 'sequence'>[] {
  if (entry.type === 'gap') {
    const { at, sobject, recordIds, kind = 'GAP_UPDATE' } = entry;
    return [{ sobject, kind, recordIds, fields: {}, at, origin: '', userId: '', transaction, sequenceInTransaction: 1 }];
  }
  const told = entry.changes.flatMap((change) => tell(change, store));
  const common = { at: entry.at, origin: entry.writer.origin, userId: entry.writer.userId, transaction };
  return merge(told).map((event, place) => ({ ...event, ...common, sequenceInTransaction: place + 1 }));
}

type Told = Pick<ChangeEvent, 'sobject' | 'kind' | 'recordIds' | 'fields'>;

function tell(change: Change, store: Store): readonly Told[] {
  const before = store.find(change.sobject, change.id)?.fields ?? {};
  if (!store.apply(change)) return [];
  return [{ sobject: change.sobject, kind: change.kind, recordIds: [change.id], fields: changed(change, before) }];
}

function changed({ kind, fields }: Change, before: Fields): Fields {
  const isNew = (name: string) => (kind === 'CREATE' ? fields[name] !== null : (before[name] ?? null) !== fields[name] || (STAMPS.has(name) && name !== 'LastModifiedById'));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isNew(name)));
}

// Salesforce tells of one change made alike to many records in one call as one event with many record ids
function merge(told: readonly Told[]): readonly Told[] {
  const merged = new Map<string, Told>();
  for (const event of told) {
    const key = event.kind === 'UPDATE' ? `${event.sobject} ${JSON.stringify(event.fields)}` : `${event.sobject} ${event.kind} ${event.recordIds.join()}`;
    const alike = merged.get(key);
    merged.set(key, alike ? { ...alike, recordIds: [...alike.recordIds, ...event.recordIds] } : event);
  }
  return [...merged.values()];
}
