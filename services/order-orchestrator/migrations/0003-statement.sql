-- The orders that ended, by when they changed last: what a statement of a period is read by. Those under way are found by their deadline, those that are a case by saga_manual.
create index saga_ended on order_orchestrator.saga (updated_at, order_id) where status in ('confirmed', 'rejected', 'cancelled');
