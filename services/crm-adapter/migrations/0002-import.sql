-- Orders that the mesh was told of, however it was: an import passes over them, and an order that was called off before its turn came is not placed after all.
create table crm_adapter.told_order (
  order_id  text primary key,
  told_at   timestamptz not null default now()
);

-- Imports of the orders that stand in the CRM already; the place on the list moves in the transaction that tells the mesh of its orders.
create table crm_adapter.import (
  import_id  text primary key,
  active     boolean not null,
  state      jsonb not null
);

-- one at a time
create unique index import_active on crm_adapter.import (active) where active;
