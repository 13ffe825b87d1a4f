import { counts, offences, type Facts, type Invariant } from '../facts.ts';
import { together, type Found } from '../verdict.ts';

// A task is decided in one row; a hold that overturned a refusal was asked for with an approval that was kept before.
const NAMELESS = `
  select 'approval ' || approval_id as subject, format('was %s at %s by nobody with a name', status, to_char(decided_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS "UTC"')) as problem
    from approvals.task where status in ('granted', 'denied') and btrim(decided_by) = ''`;

// The table refuses such a row itself: this shows it where its constraint was taken away.
const OWN_REQUESTS = `
  select 'approval ' || approval_id as subject, format('was %s by %s, who had asked for it', status, decided_by) as problem
    from approvals.task where requested_by <> '' and requested_by in (decided_by, decider, on_behalf_of)`;

const OVERTURNED = `
  select 'order ' || hold.order_id as subject,
         case when task.approval_id is null then format('holds credit by approval %s, and there is no such approval', hold.approval_id)
              else format('holds credit by approval %s of order %s, which is %s', hold.approval_id, task.order_id, task.status) end as problem
    from credit.hold left join approvals.task using (approval_id)
   where hold.status in ('held', 'confirmed', 'invoiced') and hold.approval_id is not null
     and (task.status, task.order_id) is distinct from ('granted', hold.order_id)`;

// The log hears of a decision a message later: only an order with nothing on its way is judged, and what was decided since the log began.
const UNRECORDED = `
  select task.order_id, 'approval ' || approval_id as subject, format('was %s by %s, and the audit log does not say so', status, decided_by) as problem
    from approvals.task
   where status in ('granted', 'denied') and decided_at > (select min(at) from audit.entry) and not exists (select from audit.entry where subject = left('approval ' || approval_id, 200))`;

// A version is kept in the transaction that publishes it, so a service never knows one before. A rollback has no second person: its rules were released before.
const UNRELEASED = `
  select 'rules of ' || live.point as subject,
         case when version.version is null then format('%s decides by version %s (%s), which nobody released', live.service, live.version, live.hash)
              else format('version %s was released by %s, who wrote it', version.version, version.author) end as problem
    from rulebook.live left join rules.version on (version.point, version.version, version.hash) = (live.point, live.version, live.hash)
   where version.version is null or btrim(version.author) = '' or version.approved_by = version.author`;

/** What people decided is kept with who decided it, before anything follows from it: only the audit log can lag. */
export const peopleAreNamed: Invariant = {
  id: 'I10',
  title: 'what people changed names who did',
  promise: 'Each approval that was decided names who decided it, nobody decided on an own request, rules in force were released by somebody else than who wrote them, a refusal was overturned only by an approval that was granted for that order, each decision is in the audit log, and a cancellation names who asked.',
  check: async (facts) => together(await decided(facts), await recorded(facts), await cancelled(facts), {
    offences: [], checked: {},
    notChecked: ['the chain of the audit log: that takes its key, see mesh audit verify'],
  }),
};

async function decided(facts: Facts): Promise<Found> {
  return {
    offences: await offences(facts, [NAMELESS, OWN_REQUESTS, OVERTURNED, UNRELEASED]),
    checked: await counts(facts, `select (select count(*) from approvals.task where status in ('granted', 'denied')) as decisions, (select count(*) from credit.hold where approval_id is not null) as "refusals overturned", (select count(*) from rulebook.live) as "rules in force"`),
  };
}

async function recorded(facts: Facts): Promise<Found> {
  const [row] = await facts.snapshot.rows<{ readonly log: string | null }>(`select to_regclass('audit.entry') as log`);
  if (!row?.log) return { offences: [], checked: {}, notChecked: ['the audit log: this mesh keeps none'] };
  return { offences: await offences(facts, [UNRECORDED]), checked: await counts(facts, 'select count(*) as "audit entries" from audit.entry') };
}

async function cancelled({ history }: Facts): Promise<Found> {
  const { stories } = await history();
  const all = [...stories.values()];
  return {
    offences: all.flatMap(({ orderId, faults }) => faults.filter(({ invariant }) => invariant === 'I10').map(({ problem }) => ({ subject: `order ${orderId}`, problem }))),
    checked: { 'cancellations': all.filter(({ types }) => types.includes('CancelRequested')).length },
  };
}
