import { descent } from '@order-mesh/messaging';
import { orderOrchestratorService } from '@order-mesh/order-orchestrator';
import { counts, type Facts, type Invariant, type OffenceRow } from '../facts.ts';
import { steps, type ShownStep } from '../history/steps.ts';
import type { Story } from '../history/story.ts';
import type { Offence } from '../verdict.ts';

// A participant answers "undone" in the transaction that undoes, and the order ends only after that answer. What a partner is still being asked
// is a call that is open; an order that has one is not judged.
const LEFT_STANDING = `
  select saga.order_id, 'order ' || saga.order_id as subject, format('is %s, its %s is %s', saga.status, left_over.what, left_over.status) as problem
    from order_orchestrator.saga
    join (select order_id, 'credit' as what, status from credit.hold where status not in ('released', 'refused')
          union all select order_id, 'stock', status from inventory.stock_lock where status not in ('released', 'refused', 'expired')
          union all select order_id, 'contract', status from contract.contract where status not in ('void', 'refused')
          union all select order_id, 'shipment', status from logistics.shipment where status not in ('cancelled', 'refused')
          union all select order_id, 'booking', status from erp_adapter.booking where status not in ('unbooked', 'refused')) left_over using (order_id)
   where saga.status in ('rejected', 'cancelled')
     and not exists (select from outbound.call where call.order_id = saga.order_id and call.status in ('asked', 'sent', 'unknown'))`;

/**
 * The order of undos is not read off clocks: a message's name is derived from that of the message it follows from, so it can be proved that
 * an undo was asked because the undo after it was answered, or because the deadline of that answer had passed.
 */
export const undoneInReverse: Invariant = {
  id: 'I5',
  title: 'what does not stand was undone, in reverse',
  promise: 'An order that was rejected or cancelled left nothing standing anywhere, and its steps were undone one after the other, the last one first.',
  check: async (facts) => {
    const left = await leftStanding(facts);
    const { judged, told } = await compareUndos(facts);
    return { offences: [...left, ...told], checked: { ...await counts(facts, `select count(*) as "orders undone" from order_orchestrator.saga where status in ('rejected', 'cancelled')`), 'undone step by step': judged } };
  },
};

/** What a person has undone by hand stays in the books of the service that could not. */
async function leftStanding({ snapshot, history }: Facts): Promise<readonly Offence[]> {
  const rows = await snapshot.rows<OffenceRow & { readonly order_id: string }>(LEFT_STANDING);
  if (rows.length === 0) return [];
  const { isInFlight, stories } = await history();
  const isOpen = (orderId: string): boolean => isInFlight(orderId) || wasCase(stories.get(orderId));
  return rows.filter(({ order_id: orderId }) => !isOpen(orderId)).map(({ subject, problem }) => ({ subject, problem }));
}

/** The order was a person's case for a while. */
const wasCase = (story: Story | undefined): boolean => story?.types.includes('OrderNeedsAttention') ?? false;

interface Row {
  readonly order_id: string;
  readonly status: string;
  readonly version: string;
  readonly started_at: string;
}

async function compareUndos({ snapshot, history }: Facts): Promise<{ readonly judged: number; readonly told: readonly Offence[] }> {
  const { stories, isInFlight, completeSince } = await history();
  const told: Offence[] = [];
  let judged = 0;
  const ended = `select order_id, status, version, extract(epoch from started_at) * 1000 as started_at from order_orchestrator.saga where status in ('rejected', 'cancelled', 'manual')`;
  for await (const rows of snapshot.stream<Row>(ended)) {
    for (const row of rows) {
      const story = stories.get(row.order_id);
      if (!story || isInFlight(row.order_id) || Number(row.started_at) < completeSince || story.undoing.length === 0) continue;
      judged += 1;
      told.push(...[...notUndone(story, row), ...outOfOrder(story, Number(row.version))].map((problem) => ({ subject: `order ${row.order_id}`, problem })));
    }
  }
  return { judged, told };
}

/** Every step that was done has its undo answered; what a person has to finish is left to the person. */
function notUndone(story: Story, { status }: Row): readonly string[] {
  const { types } = story;
  if (wasCase(story)) return [];
  return steps.filter(({ done, undone }) => types.includes(done) && !types.includes(undone)).map(({ name, done, undone }) => `is ${status}; ${name} was done (${done}) and never undone (${undone})`);
}

function outOfOrder(story: Story, version: number): readonly string[] {
  const undone = steps.filter(({ undo }) => story.types.includes(undo)).reverse();
  return undone.slice(1).flatMap((step, index) => {
    const after = undone[index];
    if (!after) return [];
    const lawful = new Set([...answersTo(after, story), ...timersOf(story.orderId, version)].flatMap((id) => childrenOf(id, step.undo)));
    const all = story.undoing.filter(({ type }) => type === step.undo);
    // a person may have had one tried again
    const asks = wasCase(story) ? all.slice(0, 1) : all;
    return asks.every(({ id }) => lawful.has(id)) ? [] : [`${step.name} was undone (${step.undo}) before the answer about ${after.name} (${after.undone}) had come`];
  });
}

const answersTo = ({ undone, undoRefused }: ShownStep, { undoing }: Story): readonly string[] =>
  undoing.filter(({ type }) => type === undone || type === undoRefused).map(({ id }) => id);

/** One for each version of the row at which a deadline may have passed. */
const timersOf = (orderId: string, version: number): readonly string[] => Array.from({ length: version }, (_, index) => `timer/${orderId}/${index + 1}`);

/** At most so many messages follow from one. */
const CHILDREN = 3;
const NO_TRACE = { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00` };

const childrenOf = (id: string, type: string): readonly string[] =>
  Array.from({ length: CHILDREN }, (_, index) => descent({ id, trace: NO_TRACE }, { participant: orderOrchestratorService.name, type, index }).id);
