create table credit.account (
  customer_id text primary key,
  -- null until the ERP has named the customer
  credit_limit bigint,
  limit_changed_at timestamptz,
  owed bigint not null,
  held bigint not null check (held >= 0),
  check ((credit_limit is null) = (limit_changed_at is null))
);

create table credit.hold (
  order_id text primary key,
  status text not null check (status in ('held', 'confirmed', 'invoiced', 'refused', 'released')),
  customer_id text,
  amount bigint,
  approval_id text,
  exposure bigint,
  credit_limit bigint,
  reason text,
  detail text,
  appealable boolean,
  changed_at timestamptz not null default now(),
  check (exposure <= credit_limit),
  check (status = 'released' or (customer_id is not null and amount is not null)),
  check (status not in ('held', 'confirmed', 'invoiced') or (amount >= 0 and exposure is not null and credit_limit is not null)),
  check (status <> 'refused' or (reason is not null and detail is not null and appealable is not null))
);
create index hold_active on credit.hold (customer_id) where status in ('held', 'confirmed');

create table credit.receivable (
  receivable_id text primary key,
  customer_id text not null,
  order_id text,
  amount bigint not null,
  open bigint not null,
  due_at timestamptz not null,
  changed_at timestamptz not null
);
create index receivable_open on credit.receivable (customer_id, due_at) where open > 0;
