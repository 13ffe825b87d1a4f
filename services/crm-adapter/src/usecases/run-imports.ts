import { MeshError, seconds, type Clock, type Duration } from '@order-mesh/kernel';
import type { Policy } from '@order-mesh/contracts';
import { advance, changed, judge, told as tellOf, type Import, type Place, type Stretch } from '../domain/import.ts';
import type { Reviewed } from '../domain/review.ts';
import { causeOf, logAnnounced, sealed } from './announcing.ts';
import { pauseAfter } from './pause-after.ts';
import type { Contacts, CrmOrders, Imports, Log, OrderLists, Positions, Submit, ToldOrders } from './ports.ts';

export interface RunImportsPorts {
  readonly imports: Imports;
  readonly lists: OrderLists;
  readonly orders: CrmOrders;
  readonly told: ToldOrders;
  readonly contacts: Contacts;
  readonly positions: Positions;
  readonly submit: Submit;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly log: Log;
  /** Waits, but not longer than until `signal` aborts. */
  readonly pause: (length: Duration, signal: AbortSignal) => Promise<void>;
  /** Why new orders have to wait; null while they may come. */
  readonly full: () => string | null;
  /** Waits until new orders may come, but not longer than until `signal` aborts. */
  readonly room: (signal: AbortSignal) => Promise<void>;
  /** Orders taken on in a second, at most: what comes in besides shall find room, too. */
  readonly perSecond: number;
}

export type RunImports = (signal: AbortSignal) => Promise<void>;

/** Works on whatever import is active until told to stop. A partner that is away is waited for, later and later; the import keeps its place. */
export const runImports = (ports: RunImportsPorts): RunImports => async (signal) => {
  let failures = 0;
  while (!signal.aborted) {
    const active = await ports.imports.active().catch(() => null);
    if (!active) {
      await ports.pause(LOOK_EVERY, signal);
      continue;
    }
    const trouble = await carryOn(ports, active, signal).then(() => null, (error: unknown) => error);
    failures = trouble === null ? 0 : failures + 1;
    if (trouble === null || signal.aborted) continue;
    const detail = trouble instanceof MeshError ? trouble.advice : String(trouble);
    ports.log.warn('an import waits', { importId: active.importId, detail, failures });
    await noteDetail(ports, active.importId, detail);
    await ports.pause(pauseAfter(failures), signal);
  }
};

const LOOK_EVERY = seconds(1);
const LOOK_AT_LIST_EVERY = seconds(1);
/** Orders of one query and one transaction. */
const ORDERS_AT_ONCE = 200;

async function carryOn(ports: RunImportsPorts, active: Import, signal: AbortSignal): Promise<void> {
  const listed = active.place ? active : await askForList(ports, active);
  const ready = isOn(listed) && listed.total === null ? await awaitList(ports, listed, signal) : listed;
  if (isOn(ready)) await takeOn(ports, ready, signal);
}

const isOn = (one: Import | null): one is Import => one?.state === 'active';

/** The changes from before the list was made are the feed's: its position is remembered first. */
async function askForList(ports: RunImportsPorts, active: Import): Promise<Import | null> {
  await ports.submit((unit) => ports.positions.begin(unit.tx, unit.now));
  const asked = await ports.lists.ask(active);
  if (asked.type === 'lost') return step(ports, active, { state: 'failed', detail: asked.detail });
  return step(ports, active, { place: { listId: asked.listId, page: null, taken: 0 } });
}

async function awaitList(ports: RunImportsPorts, listed: Import, signal: AbortSignal): Promise<Import | null> {
  let current = listed;
  while (!signal.aborted) {
    const list = await ports.lists.look(current.place?.listId ?? '');
    if (list.type === 'ready') return step(ports, current, { total: list.total });
    if (list.type === 'lost') return step(ports, current, { state: 'failed', detail: list.detail });
    const next = await step(ports, current, { detail: `the CRM makes the list: ${list.found} orders so far` });
    if (!next) return null;
    current = next;
    await ports.pause(LOOK_AT_LIST_EVERY, signal);
  }
  return null;
}

async function takeOn(ports: RunImportsPorts, ready: Import, signal: AbortSignal): Promise<void> {
  for (let current: Import | null = ready; isOn(current) && current.place && !signal.aborted;) {
    const place: Place = current.place;
    const list = await ports.lists.read(place.listId, place.page);
    if (list.type === 'lost') return void await step(ports, current, { state: 'failed', detail: list.detail });
    current = await takePage(ports, current, { place, orderIds: list.orderIds, signal });
    if (!current || signal.aborted) return;
    if (list.next === null) return complete(ports, current, place.listId);
    current = await step(ports, current, { place: { listId: place.listId, page: list.next, taken: 0 } });
  }
}

interface Page {
  readonly place: Place;
  readonly orderIds: readonly string[];
  readonly signal: AbortSignal;
}

async function takePage(ports: RunImportsPorts, before: Import, { place, orderIds, signal }: Page): Promise<Import | null> {
  let current: Import | null = before;
  for (let from = place.taken; from < orderIds.length && current; from += ORDERS_AT_ONCE) {
    const why = ports.full();
    if (why !== null) current = await step(ports, current, { detail: `waits until the mesh has room: ${why}` });
    await ports.room(signal);
    if (signal.aborted || !current) return current;
    const stretch = orderIds.slice(from, from + ORDERS_AT_ONCE);
    const begunAt = ports.clock.now();
    current = await takeStretch(ports, current, { orderIds: stretch, place: { ...place, taken: from + stretch.length } });
    await ports.pause(Math.max(0, begunAt + seconds(stretch.length / ports.perSecond) - ports.clock.now()), signal);
  }
  return current;
}

async function complete(ports: RunImportsPorts, current: Import, listId: string): Promise<void> {
  const done = await step(ports, current, { state: 'completed' });
  if (!done) return;
  ports.log.info('import completed', { importId: done.importId, ...done.counts });
  await ports.lists.drop(listId).catch((error: unknown) => ports.log.warn('a list was left to the CRM', { listId, error }));
}

/** Orders are read as they stand now, not as they stood when the list was made: whatever happened to them meanwhile counts. */
async function takeStretch(ports: RunImportsPorts, current: Import, { orderIds, place }: { readonly orderIds: readonly string[]; readonly place: Place }): Promise<Import | null> {
  const known = await ports.told.among(orderIds);
  const found = new Map((await ports.orders.read(orderIds.filter((orderId) => !known.has(orderId)))).map((order) => [order.orderId, order]));
  // reading gives them in any order; the list has the oldest first, and so shall it be with credit and stock
  const reviewed = judge(orderIds.flatMap((orderId) => found.get(orderId) ?? []), current, ports.policy.order);
  const passedOver = orderIds.length - known.size - reviewed.length;
  const took = await ports.submit(async (unit) => {
    const now = await ports.imports.load(unit.tx, current.importId);
    if (now?.revision !== current.revision) return null;
    const isNew = current.dryRun ? new Set(reviewed.map(({ value }) => value.orderId)) : await ports.told.note(unit.tx, reviewed.map(({ value }) => value.orderId));
    const fresh = reviewed.filter(({ value }) => isNew.has(value.orderId));
    if (!current.dryRun) for (const one of await sealed(ports.contacts, unit.tx, fresh)) unit.send(one, causeOf(one));
    const after = advance(now, stretchOf(fresh, { known: known.size + reviewed.length - fresh.length, passedOver }), place);
    await ports.imports.save(unit.tx, after);
    unit.send(tellOf(after, unit.now), causeOfImport(after));
    return { after, fresh };
  });
  if (took && !current.dryRun) for (const one of took.fresh) logAnnounced(ports.log, one);
  return took && took.after;
}

function stretchOf(fresh: readonly Reviewed[], { known, passedOver }: { readonly known: number; readonly passedOver: number }): Stretch {
  const unacceptable = fresh.flatMap((one) => (one.type === 'OrderUnacceptable' ? [one.value] : []));
  return { counts: { placed: fresh.length - unacceptable.length, known, unacceptable: unacceptable.length, passedOver }, unacceptable };
}

/** The import after a change of it; null when somebody else has changed it meanwhile, which decides. */
function step(ports: Pick<RunImportsPorts, 'submit' | 'imports'>, current: Import, change: Parameters<typeof changed>[1]): Promise<Import | null> {
  return ports.submit(async (unit) => {
    const now = await ports.imports.load(unit.tx, current.importId);
    if (now?.revision !== current.revision) return null;
    const after = changed(now, change);
    if (after.detail !== '' && isTheSame(now, after)) return now;
    await ports.imports.save(unit.tx, after);
    unit.send(tellOf(after, unit.now), causeOfImport(after));
    return after;
  });
}

async function noteDetail(ports: RunImportsPorts, importId: string, detail: string): Promise<void> {
  const active = await ports.imports.active().catch(() => null);
  if (active?.importId === importId) await step(ports, active, { detail }).catch(() => {});
}

const isTheSame = (one: Import, other: Import): boolean => JSON.stringify({ ...one, revision: 0 }) === JSON.stringify({ ...other, revision: 0 });

const causeOfImport = ({ importId, revision }: Import): { readonly id: string; readonly trace: object } => ({ id: `salesforce/import/${importId}@${revision}`, trace: {} });
