import { together, type Found } from '../verdict.ts';
import { counts, type Facts, type Invariant } from '../facts.ts';

/** Whoever is later than this with what is due is stuck: timers fire every second, and a killed process is back within half a minute. */
const GRACE = `interval '1 minute'`;

const LATE = `
  select 'order ' || order_id as subject, format('is %s at %s and its deadline passed %s ago', status, coalesce(step, 'its end'), date_trunc('second', now() - deadline)) as problem
    from order_orchestrator.saga where deadline < now() - ${GRACE}
  union all
  select 'call ' || key, format('%s of order %s to %s should have been given up %s ago', operation, order_id, system, date_trunc('second', now() - give_up_at))
    from outbound.call where status in ('asked', 'sent', 'unknown') and give_up_at < now() - ${GRACE}`;

// What is only allowed while something is under way.
const UNDER_WAY = `
  select 'order ' || order_id as subject, format('is %s at %s since %s', status, coalesce(step, 'its end'), to_char(updated_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS "UTC"')) as problem
    from order_orchestrator.saga where status in ('running', 'undoing')
  union all
  select 'call ' || key, format('%s of order %s to %s is %s after %s attempts: %s', operation, order_id, system, status, attempts, coalesce(detail, 'nothing known'))
    from outbound.call where status in ('asked', 'sent', 'unknown')
  union all
  select 'outbox row ' || id, format('waits for Kafka since %s', to_char(created_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS "UTC"')) from messaging.outbox`;

export const everythingEnds: Invariant = {
  id: 'I11',
  title: 'everything ends',
  promise: 'Nothing is stuck: no order and no call is past its deadline; and once nothing new comes in and no fault lasts, every order has ended, every call is settled, every message is published and taken.',
  check: async (facts) => together(await tables(facts), facts.settled ? await backlog(facts) : { offences: [], checked: {}, notChecked: ['that all has ended: that is asked with --settled'] }),
};

async function tables(facts: Facts): Promise<Found> {
  return {
    offences: await facts.snapshot.rows(facts.settled ? UNDER_WAY : LATE),
    checked: await counts(facts, 'select (select count(*) from order_orchestrator.saga) as orders, (select count(*) from outbound.call) as calls'),
  };
}

async function backlog(facts: Facts): Promise<Found> {
  const { lag, records } = await facts.history();
  return { offences: [...lag].map(([participant, count]) => ({ subject: participant, problem: `has ${count} messages still to take` })), checked: { messages: records } };
}
