create table pricing.customer (
  customer_id text primary key,
  -- the ERP has named the customer
  is_named boolean not null,
  -- the ERP has receivables of it that no order of the mesh made
  has_history boolean not null,
  -- orders that stand, and what they come to
  orders integer not null,
  amount bigint not null,
  -- the order that was priced as its first
  first_order text
);

create table pricing.quote (
  order_id text primary key,
  status text not null check (status in ('priced', 'refused', 'released')),
  customer_id text,
  revision integer not null,
  approval_id text,
  started_at timestamptz,
  list_amount bigint,
  amount bigint,
  -- what was asked, what is taken off and why, or why it was refused
  content text,
  -- what rules were asked and said
  records text,
  changed_at timestamptz not null default now(),
  check (amount <= list_amount),
  check (status <> 'priced' or (customer_id is not null and list_amount is not null and amount is not null and content is not null and records is not null))
);
create index quote_customer on pricing.quote (customer_id);

create table pricing.budget (
  rule text primary key,
  -- what it may take off all orders together when it was last decided by; 0 for no end
  budget bigint not null,
  -- what it has taken off orders that stand
  spent bigint not null,
  -- an order went without it because of the budget
  is_stopped boolean not null
);
