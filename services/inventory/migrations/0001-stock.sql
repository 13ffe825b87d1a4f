create table inventory.level (
  sku text,
  warehouse text,
  on_hand integer not null,
  safety_stock integer not null,
  reserved integer not null check (reserved >= 0),
  suggested boolean not null,
  changed_at timestamptz not null,
  primary key (sku, warehouse)
);

create table inventory.stock_lock (
  order_id text primary key,
  status text not null check (status in ('locked', 'committed', 'expired', 'refused', 'released')),
  expires_at timestamptz,
  reason text,
  detail text,
  changed_at timestamptz not null default now(),
  check ((status = 'locked') = (expires_at is not null)),
  check (status <> 'refused' or (reason is not null and detail is not null))
);
create index stock_lock_expiry on inventory.stock_lock (expires_at) where status = 'locked';

create table inventory.lock_line (
  order_id text,
  line_no integer,
  sku text not null,
  warehouse text not null,
  quantity integer not null check (quantity > 0),
  primary key (order_id, line_no)
);
