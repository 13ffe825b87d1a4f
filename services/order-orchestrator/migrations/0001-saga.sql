-- One row an order: where its saga is. A definition is pinned in the row; a timer is a row whose deadline has passed.
create table order_orchestrator.saga (
  order_id text primary key,
  definition text not null,
  status text not null check (status in ('running', 'undoing', 'confirmed', 'rejected', 'cancelled', 'manual')),
  step text,
  state jsonb not null,
  version int not null check (version > 0),
  deadline timestamptz,
  started_at timestamptz not null,
  updated_at timestamptz not null,
  check ((deadline is null) = (status not in ('running', 'undoing')))
) with (fillfactor = 70);

create index saga_deadline on order_orchestrator.saga (deadline) where deadline is not null;
