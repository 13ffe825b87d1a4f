-- One row an order that needed a person: what the events about its case say. `state` is what is merged; the columns beside it are what is searched.
create table gateway.order_case (
  order_id text primary key,
  status text not null check (status in ('open', 'retrying', 'closed')),
  owner text not null,
  assignee text,
  -- null until the opening is known: such a case is not shown
  due_at timestamptz,
  state jsonb not null
);

create index order_case_due on gateway.order_case (due_at, order_id) where due_at is not null;
