-- What a person has to decide: at most one case an order.
create table order_orchestrator.order_case (
  order_id text primary key,
  kind text not null check (kind in ('undo-failed', 'stuck')),
  status text not null check (status in ('open', 'retrying', 'closed')),
  opening int not null check (opening > 0),
  step text not null,
  reason text not null,
  detail text not null,
  -- the role that has to act; the person who does
  owner text not null,
  assignee text,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  decision text,
  decided_by text,
  note text,
  decided_at timestamptz,
  outcome text,
  closed_at timestamptz,
  check ((status = 'closed') = (closed_at is not null and outcome is not null))
);

create index order_case_due on order_orchestrator.order_case (due_at, order_id) where status <> 'closed';
create index saga_manual on order_orchestrator.saga (order_id) where status = 'manual';
