-- One row a reconciliation, kept three months: what finance said of its beginning and its end. `state` is what is shown.
create table gateway.reconciliation_run (
  run_id text primary key,
  is_finished boolean not null,
  at timestamptz not null,
  state jsonb not null
);
create index reconciliation_run_at on gateway.reconciliation_run (at);

-- One row a difference between the books, as finance told it last.
create table gateway.difference (
  difference_id text primary key,
  version int not null,
  status text not null,
  order_id text not null,
  state jsonb not null
);
create index difference_status on gateway.difference (status, difference_id);
create index difference_order on gateway.difference (order_id);
