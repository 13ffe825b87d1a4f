import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from '@order-mesh/kernel';
import { placeOf } from '@order-mesh/messaging';
import { counts, type Facts, type Invariant } from '../facts.ts';
import type { Lag } from '../history/history.ts';
import type { Offence } from '../verdict.ts';

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

/** What came in a moment before the look (the ERP's stock is read all day) is not stuck: after so long it has moved on, or it stays. */
const SECOND_LOOK_AFTER = seconds(3);

interface Taken {
  readonly participant: string;
  readonly topic: string;
  readonly partition: number;
  readonly next_offset: string;
}

export const everythingEnds: Invariant = {
  id: 'I11',
  title: 'everything ends',
  promise: 'Nothing is stuck: no order and no call is past its deadline; and once nothing new comes in and no fault lasts, every order has ended, every call is settled, every message is published and taken.',
  check: async (facts) => {
    const checked = await counts(facts, 'select (select count(*) from order_orchestrator.saga) as orders, (select count(*) from outbound.call) as calls');
    if (!facts.settled) return { offences: await facts.snapshot.rows(LATE), checked, notChecked: ['that all has ended: that is asked with --settled'] };
    const { lag, records } = await facts.history();
    const moving = { rows: await facts.snapshot.rows<Offence>(UNDER_WAY), lag };
    return { offences: await standing(facts, moving), checked: { ...checked, messages: records } };
  },
};

interface UnderWay {
  readonly rows: readonly Offence[];
  readonly lag: ReadonlyMap<string, Lag>;
}

/** What is still where it was a little later. */
async function standing({ later }: Facts, { rows, lag }: UnderWay): Promise<readonly Offence[]> {
  if (rows.length === 0 && lag.size === 0) return [];
  await sleep(SECOND_LOOK_AFTER);
  const subjects = new Set((await later<Offence>(UNDER_WAY, [])).map(({ subject }) => subject));
  const offsets = await later<Taken>('select participant, topic, partition, next_offset from messaging.processed_offset', []);
  const taken = new Map(offsets.map((row) => [`${row.participant} ${placeOf(row)}`, BigInt(row.next_offset)]));
  return [
    ...rows.filter(({ subject }) => subjects.has(subject)),
    ...[...lag].filter(([participant, { upTo }]) => [...upTo].some(([place, { offset }]) => (taken.get(`${participant} ${place}`) ?? 0n) <= offset))
      .map(([participant, { records }]) => ({ subject: participant, problem: `has ${records} messages still to take` })),
  ];
}
