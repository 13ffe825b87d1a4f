import { counts, offences, type Invariant } from '../facts.ts';

// Levels, locks and their lines change in one transaction, so the sums agree in every snapshot.
const RESERVED = `
  select sku || ' in ' || warehouse as subject,
         format('%s units are reserved, the orders'' locks add up to %s', coalesce(level.reserved, 0), coalesce(locked.units, 0)) as problem
    from inventory.level
    full join (select sku, warehouse, sum(quantity) as units
                 from inventory.lock_line join inventory.stock_lock using (order_id, revision)
                where status in ('locked', 'committed') group by sku, warehouse) locked using (sku, warehouse)
   where coalesce(level.reserved, 0) <> coalesce(locked.units, 0)`;

// A lock is only asked for by a saga, whose row was committed before, with the lines of its order. While an order is amended, or undone after that, its lock may still be the one before.
const OF_AN_ORDER = `
  with locked as (
         select order_id, sku, sum(quantity) as units from inventory.lock_line join inventory.stock_lock using (order_id, revision)
          where status in ('locked', 'committed') group by order_id, sku),
       ordered as (
         select order_id, line ->> 'sku' as sku, sum((line ->> 'quantity')::numeric) as units
           from inventory.stock_lock join order_orchestrator.saga using (order_id), jsonb_array_elements(saga.state #> '{facts,order,lines}') line
          where stock_lock.status in ('locked', 'committed') group by order_id, line ->> 'sku'),
       settled as (select order_id from order_orchestrator.saga where status in ('running', 'confirmed') and not saga.state ? 'amending')
  select 'order ' || order_id as subject, format('locks %s of %s, ordered are %s', coalesce(locked.units, 0), sku, coalesce(ordered.units, 0)) as problem
    from locked full join ordered using (order_id, sku) join settled using (order_id)
   where coalesce(locked.units, 0) <> coalesce(ordered.units, 0)`;

// Inventory hears of the end a message later: only an order with nothing on its way is judged. A lock past its time is given back
// by a schedule, so its age accuses nobody while its order lives; once the order has ended no lock may be left, old or young.
const AFTER_THE_END = `
  select saga.order_id, 'order ' || saga.order_id as subject,
         format('is %s, its stock is %s', saga.status, coalesce(stock_lock.status, 'unknown')) as problem
    from order_orchestrator.saga left join inventory.stock_lock using (order_id)
   where (saga.status = 'confirmed' and coalesce(stock_lock.status, '') <> 'committed')
      or (saga.status in ('rejected', 'cancelled') and stock_lock.status in ('locked', 'committed'))`;

export const stockIsConserved: Invariant = {
  id: 'I2',
  title: 'stock is conserved',
  promise: 'What is reserved of a product in a warehouse is the sum of the orders\' locks, each lock is what its order asked for, and no lock outlives its order.',
  check: async (facts) => ({
    offences: await offences(facts, [RESERVED, OF_AN_ORDER, AFTER_THE_END]),
    checked: await counts(facts, `select (select count(*) from inventory.level) as levels,
      (select count(*) from inventory.stock_lock where status in ('locked', 'committed')) as locks`),
    notChecked: ['stock on hand is what the ERP counts, and may be below what is promised; nothing leaves the warehouse through the mesh yet'],
  }),
};
