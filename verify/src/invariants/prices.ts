// Promotions, customers and prices change in one transaction, so their sums agree in every snapshot, whatever is on its way.

const STANDING = `select order_id, customer_id, list_amount, amount, (content::jsonb #> '{price}') as price from pricing.quote where status = 'priced'`;

const SPENT = `
  with claims as (
    select price #>> '{claim,rule}' as rule, sum((price #>> '{claim,amount}')::numeric) as given,
           case when bool_or((price #>> '{claim,budget}')::numeric = 0) then null else max((price #>> '{claim,budget}')::numeric) end as most
      from (${STANDING}) quote where price #> '{claim,rule}' is not null group by 1)
  select 'promotion ' || rule as subject,
         case when coalesce(budget.spent, 0) <> coalesce(claims.given, 0) then format('is booked with %s fen, orders were given %s', coalesce(budget.spent, 0), coalesce(claims.given, 0))
              else format('has given %s fen of %s', claims.given, claims.most) end as problem
    from pricing.budget full join claims using (rule)
   where coalesce(budget.spent, 0) <> coalesce(claims.given, 0) or claims.given > claims.most`;

const CUSTOMERS = `
  select 'customer ' || customer_id as subject,
         case when coalesce(orders.firsts, 0) > 1 then format('has %s first orders', orders.firsts)
              else format('is booked with %s orders over %s fen, there are %s over %s', coalesce(customer.orders, 0), coalesce(customer.amount, 0), coalesce(orders.orders, 0), coalesce(orders.amount, 0)) end as problem
    from pricing.customer
    full join (select customer_id, count(*) as orders, sum(amount) as amount, count(*) filter (where (price ->> 'isFirst')::boolean) as firsts from (${STANDING}) quote group by 1) orders using (customer_id)
   where coalesce(customer.orders, 0) <> coalesce(orders.orders, 0) or coalesce(customer.amount, 0) <> coalesce(orders.amount, 0) or orders.firsts > 1`;

const DISCOUNTED = `
  select 'order ' || order_id as subject, format('costs %s fen, list prices of %s less its discounts are %s', amount, list_amount, list_amount - off) as problem
    from (${STANDING}) quote cross join lateral (select coalesce(sum((one ->> 'amount')::numeric), 0) as off from jsonb_array_elements(price -> 'discounts') one) discounts
   where amount <> list_amount - off`;

/** What promotions gave is booked, none gave more than its budget, each customer has one first order at most, and every price is the sum of its lines less its discounts. */
export const pricesAreKept: readonly string[] = [SPENT, CUSTOMERS, DISCOUNTED];

/** What an order of the orchestrator is to cost, in fen: its price, or what it was ordered for where its definition asks for no price. */
export const COST = `coalesce(saga.state #>> '{facts,price,amount,$fen}', saga.state #>> '{facts,order,amount,$fen}')`;
