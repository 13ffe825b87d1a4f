-- One row a reconciliation; the state says how far it is. At most one is under way.
create table finance.reconciliation_run (
  run_id text primary key,
  status text not null check (status in ('reading', 'read', 'waiting', 'finished')),
  started_at timestamptz not null,
  state jsonb not null
);
create unique index reconciliation_under_way on finance.reconciliation_run ((true)) where status <> 'finished';
create index reconciliation_run_started on finance.reconciliation_run (started_at);

-- What the books say in the look that is under way: a row an order and book, in the ERP's a row a document. Emptied before each look.
create table finance.statement_line (
  order_id text not null,
  side text not null check (side in ('erp', 'crm', 'mesh')),
  item text not null,
  content jsonb not null,
  primary key (order_id, side, item)
);

-- Every difference that was seen, until long after it has gone.
create table finance.difference (
  difference_id text primary key,
  order_id text not null,
  class text not null,
  status text not null check (status in ('suspected', 'open', 'repairing', 'repaired', 'vanished', 'accepted')),
  -- when the order was placed or the document dated: tells which periods it belongs to
  dated_at timestamptz not null,
  seen_in text not null,
  last_seen_at timestamptz not null,
  state jsonb not null
);
create index difference_live on finance.difference (status, dated_at) where status in ('suspected', 'open', 'repairing', 'accepted');
