create table logistics.shipment (
  order_id text primary key,
  status text not null check (status in ('planning', 'planned', 'refused', 'recalled', 'cancelling', 'cancelled', 'kept')),
  carrier text,
  waybill text,
  attempt int,
  awaited boolean,
  reason text,
  detail text,
  changed_at timestamptz not null default now(),
  check (status <> 'planned' or (carrier is not null and waybill is not null)),
  check (status not in ('refused', 'kept') or (reason is not null and detail is not null)),
  check (status <> 'kept' or attempt is not null),
  check (status <> 'cancelling' or (attempt is not null and awaited is not null))
);

-- Not unique: a carrier that gives a number twice must not stop a batch
create index shipment_waybill on logistics.shipment (waybill) where waybill is not null;
