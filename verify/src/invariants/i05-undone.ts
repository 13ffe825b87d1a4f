import { counts, type Facts, type Invariant, type OffenceRow } from '../facts.ts';
import { steps } from '../history/steps.ts';
import { wasCase, type Story } from '../history/story.ts';
import { outOfOrder } from '../history/undo-order.ts';
import type { Offence } from '../verdict.ts';

// A participant answers "undone" in the transaction that undoes, and the order ends only after that answer. What a partner is still being asked
// is a call that is open; an order that has one is not judged.
const LEFT_STANDING = `
  select saga.order_id, 'order ' || saga.order_id as subject, format('is %s, its %s is %s', saga.status, left_over.what, left_over.status) as problem
    from order_orchestrator.saga
    join (select order_id, 'price' as what, status from pricing.quote where status not in ('released', 'refused')
          union all select order_id, 'credit', status from credit.hold where status not in ('released', 'refused')
          union all select order_id, 'stock', status from inventory.stock_lock where status not in ('released', 'refused', 'expired')
          union all select order_id, 'contract', status from contract.contract where status not in ('void', 'refused')
          union all select order_id, 'shipment', status from logistics.shipment where status not in ('cancelled', 'refused')
          union all select order_id, 'booking', status from erp_adapter.booking where status not in ('unbooked', 'refused')) left_over using (order_id)
   where saga.status in ('rejected', 'cancelled')
     and not exists (select from outbound.call where call.order_id = saga.order_id and call.status in ('asked', 'sent', 'unknown'))`;

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
