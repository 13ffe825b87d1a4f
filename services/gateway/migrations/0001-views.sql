-- One row an order: what its messages say about it. `state` is what is merged; the columns beside it are what is searched.
create table gateway.order_view (
  order_id text primary key,
  version int not null check (version > 0),
  status text not null check (status in ('running', 'undoing', 'confirmed', 'rejected', 'cancelled', 'manual')),
  source text,
  external_id text,
  customer_id text,
  customer_name text,
  -- null until the placement is known: such an order is not shown
  placed_at timestamptz,
  state jsonb not null,
  -- lines and place of delivery, read only when one order is shown
  goods jsonb
) with (fillfactor = 80);

create index order_view_placed on gateway.order_view (placed_at, order_id) where placed_at is not null;
create index order_view_status on gateway.order_view (status, placed_at, order_id) where placed_at is not null;
create index order_view_customer on gateway.order_view (customer_id, placed_at, order_id) where placed_at is not null;

-- Every message of an order, once.
create table gateway.timeline (
  order_id text not null,
  id text not null,
  at timestamptz not null,
  type text not null,
  summary text not null,
  value jsonb not null,
  primary key (order_id, id)
);

create table gateway.approval (
  approval_id text primary key,
  order_id text not null,
  status text not null check (status in ('open', 'granted', 'denied', 'expired', 'withdrawn')),
  -- null until the question is known: such a task is not shown
  deadline timestamptz,
  state jsonb not null
);

create index approval_order on gateway.approval (order_id);
create index approval_status on gateway.approval (status, deadline, approval_id) where deadline is not null;

-- What finance recorded; written once, never changed.
create table gateway.confirmed_order (
  order_id text primary key,
  entry_no bigint not null,
  customer_id text not null,
  customer_name text not null,
  region text not null,
  amount bigint not null,
  booked_amount bigint not null,
  agrees boolean not null,
  sale_order_code text not null,
  receivable_code text not null,
  contract_id text not null,
  waybill text not null,
  placed_at timestamptz not null,
  confirmed_at timestamptz not null,
  recorded_at timestamptz not null
);

create index confirmed_order_at on gateway.confirmed_order (confirmed_at, order_id);

-- The answer given under each idempotency key, kept in the transaction that sent the order.
create table gateway.idempotency_key (
  key text primary key,
  body_digest text not null,
  answer jsonb not null,
  created_at timestamptz not null
);

create index idempotency_key_created on gateway.idempotency_key (created_at);
