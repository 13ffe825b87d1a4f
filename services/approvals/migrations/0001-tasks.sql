create table approvals.task (
  approval_id text primary key,
  order_id text not null,
  subject text not null,
  status text not null check (status in ('open', 'granted', 'denied', 'expired', 'withdrawn')),
  customer_id text not null,
  region text not null,
  role text not null,
  amount bigint not null,
  reason text not null,
  detail text not null,
  deadline timestamptz not null,
  decided_by text,
  comment text,
  decided_at timestamptz,
  changed_at timestamptz not null default now(),
  check ((status in ('granted', 'denied')) = (decided_by is not null and comment is not null and decided_at is not null))
);
create index task_order on approvals.task (order_id);
create index task_deadline on approvals.task (deadline) where status = 'open';

-- an order may be undone before anything was asked about it: the ask it overtakes must find that out
create table approvals.withdrawal (
  order_id text primary key,
  at timestamptz not null default now()
);
