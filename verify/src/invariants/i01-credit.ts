import { counts, offences, type Invariant } from '../facts.ts';
import { COST, pricesAreKept } from './prices.ts';

// The account and its holds change in one transaction, so the sums agree in every snapshot, whatever is on its way.
const HELD = `
  select 'customer ' || customer_id as subject,
         format('the account holds %s fen, its open orders %s', coalesce(account.held, 0), coalesce(orders.held, 0)) as problem
    from credit.account
    full join (select customer_id, sum(amount) as held from credit.hold where status in ('held', 'confirmed') group by customer_id) orders using (customer_id)
   where coalesce(account.held, 0) <> coalesce(orders.held, 0)`;

const OWED = `
  select 'customer ' || customer_id as subject,
         format('the account owes %s fen, its receivables %s', coalesce(account.owed, 0), coalesce(documents.open, 0)) as problem
    from credit.account
    full join (select customer_id, sum(open) as open from credit.receivable group by customer_id) documents using (customer_id)
   where coalesce(account.owed, 0) <> coalesce(documents.open, 0)`;

// What was decided is kept with the hold, so a limit that was lowered since accuses nobody.
const OVER_LIMIT = `
  select 'order ' || order_id as subject, format('was granted up to %s fen, with a limit of %s', exposure, credit_limit) as problem
    from credit.hold where status in ('held', 'confirmed', 'invoiced') and (exposure > credit_limit or amount < 0)`;

// A hold is only asked for by a saga, whose row was committed before; both say what the order costs, but while an amendment is being agreed.
const OF_AN_ORDER = `
  select 'order ' || hold.order_id as subject,
         case when saga.order_id is null then format('holds %s fen, and there is no such order', hold.amount)
              else format('holds %s fen of %s, the order is over %s of %s', hold.amount, hold.customer_id,
                          ${COST}, saga.state #>> '{facts,order,customerId}') end as problem
    from credit.hold left join order_orchestrator.saga using (order_id)
   where hold.status in ('held', 'confirmed', 'invoiced') and not coalesce(saga.state ? 'amending', false)
     and (hold.amount::text, hold.customer_id) is distinct from (${COST}, saga.state #>> '{facts,order,customerId}')`;

// Credit hears of the end a message later: only an order with nothing on its way is judged.
const AFTER_THE_END = `
  select saga.order_id, 'order ' || saga.order_id as subject,
         format('is %s, its credit is %s', saga.status, coalesce(hold.status, 'unknown')) as problem
    from order_orchestrator.saga left join credit.hold using (order_id)
   where (saga.status = 'confirmed' and coalesce(hold.status, '') not in ('confirmed', 'invoiced'))
      or (saga.status in ('rejected', 'cancelled') and hold.status in ('held', 'confirmed', 'invoiced'))`;

export const creditIsConserved: Invariant = {
  id: 'I1',
  title: 'credit and budgets are conserved',
  promise: 'What an account holds is the sum of its orders that are neither undone nor invoiced, no more was granted than the limit of the moment, and no order keeps credit it has no right to. What promotions gave is booked and within their budgets, and each price is its list prices less its discounts.',
  check: async (facts) => ({
    offences: await offences(facts, [HELD, OWED, OVER_LIMIT, OF_AN_ORDER, AFTER_THE_END, ...pricesAreKept]),
    checked: await counts(facts, `select (select count(*) from credit.account) as customers, (select count(*) from credit.hold) as holds,
      (select count(*) from credit.receivable) as receivables, (select count(*) from pricing.quote) as prices`),
  }),
};
