import { counts, offences, type Facts, type Invariant } from '../facts.ts';
import { together, type Found, type Offence } from '../verdict.ts';

// The answer is kept in the transaction that shows the order and sends it on its way.
const ANSWERED = `
  select 'order ' || (answer #>> '{order,orderId}') as subject, format('was accepted under key %s at %s, and is not shown', key, to_char(created_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS "UTC"')) as problem
    from gateway.idempotency_key
   where answer ->> 'type' = 'accepted' and not exists (select from gateway.order_view where order_id = answer #>> '{order,orderId}')`;

// The saga hears of it a message later: only an order with nothing on its way is judged.
const BEGUN = `
  select order_id, 'order ' || order_id as subject, 'was accepted over HTTP, and nobody follows it' as problem
    from (select answer #>> '{order,orderId}' as order_id from gateway.idempotency_key where answer ->> 'type' = 'accepted') accepted
   where order_id is not null and not exists (select from order_orchestrator.saga where saga.order_id = accepted.order_id)`;

/**
 * A promise to take an order is kept from the moment it was given: an HTTP answer, an activation the CRM adapter has passed, a message on
 * Kafka. The CRM's orders are judged up to the change the adapter has told the mesh of; with --settled, all of them.
 */
export const nothingIsLost: Invariant = {
  id: 'I6',
  title: 'nothing accepted is lost',
  promise: 'Every order that the CRM activated or that was answered 202 is followed to its end, every message that was sent is on Kafka, and what nobody could read is a dead letter with its reason.',
  check: async (facts) => together(await accepted(facts), await placed(facts), await activated(facts), await sent(facts), await buried(facts)),
};

async function accepted(facts: Facts): Promise<Found> {
  return {
    offences: await offences(facts, [ANSWERED, BEGUN]),
    checked: await counts(facts, `select (select count(*) from gateway.idempotency_key where answer ->> 'type' = 'accepted') as "orders accepted over HTTP"`),
  };
}

async function placed({ snapshot, history }: Facts): Promise<Found> {
  const { stories, isInFlight } = await history();
  const followed = new Set<string>();
  for await (const rows of snapshot.stream<{ readonly order_id: string }>('select order_id from order_orchestrator.saga')) for (const row of rows) followed.add(row.order_id);
  const unread = new Set((await snapshot.rows<{ readonly key: string }>(`select key from messaging.dead_letter where participant = 'order-orchestrator'`)).map(({ key }) => key));
  const all = [...stories.values()].filter(({ types }) => types.includes('OrderPlaced') || types.includes('OrderUnacceptable'));
  const lost = all.filter(({ orderId }) => !followed.has(orderId) && !isInFlight(orderId) && !unread.has(orderId));
  return { offences: lost.map(({ orderId }) => ({ subject: `order ${orderId}`, problem: 'was placed on Kafka, and nobody follows it' })), checked: { 'orders placed': all.length } };
}

async function activated({ ledgers, snapshot, history, settled }: Facts): Promise<Found> {
  const { crm } = await ledgers();
  if (crm === null) return { offences: [], checked: {}, notChecked: ['orders of the CRM: no ledger of Salesforce to compare with'] };
  const [row] = await snapshot.rows<{ readonly told: string | null }>('select extract(epoch from min(changed_at)) * 1000 as told from crm_adapter.position');
  const told = settled ? Number.POSITIVE_INFINITY : Number(row?.told ?? 0);
  const judged = crm.filter(({ isActivated, changedAt }) => isActivated && changedAt < told);
  const known = new Set((await snapshot.rows<{ readonly order_id: string }>('select order_id from order_orchestrator.saga where order_id = any($1)', [judged.map(({ orderId }) => orderId)])).map((one) => one.order_id));
  const missing = judged.filter(({ orderId }) => !known.has(orderId));
  const isInFlight = missing.length > 0 ? (await history()).isInFlight : () => false;
  const lost = missing.filter(({ orderId }) => !isInFlight(orderId));
  return { offences: lost.map(({ orderId }): Offence => ({ subject: `order ${orderId}`, problem: 'is activated in the CRM, and nobody follows it' })), checked: { 'orders activated in the CRM': judged.length } };
}

async function sent({ views }: Facts): Promise<Found> {
  const { lost, messages } = await views();
  return { offences: lost, checked: { 'messages sent': messages } };
}

/** A letter is written in the transaction that passes its record. */
async function buried({ snapshot, history }: Facts): Promise<Found> {
  const { unreadable } = await history();
  const letters = await snapshot.rows<{ readonly topic: string; readonly partition: string; readonly offset: string }>('select distinct topic, partition, "offset" from messaging.dead_letter');
  const known = new Set(letters.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`));
  const forgotten = unreadable.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`).filter((place) => !known.has(place));
  return { offences: forgotten.map((place) => ({ subject: `record ${place}`, problem: 'cannot be read, was passed over, and is no dead letter' })), checked: { 'dead letters': letters.length } };
}
