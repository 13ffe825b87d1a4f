-- How far the parcel has come, as the carrier shows it. Written beside the shipment itself, which ends with the waybill.
alter table logistics.shipment add column parcel_state text not null default 'booked'
  check (parcel_state in ('booked', 'collected', 'on-its-way', 'out-for-delivery', 'delivered', 'returned'));
alter table logistics.shipment add column parcel_at timestamptz;
-- When the carrier is asked next; nothing is fetched in the first half hour.
alter table logistics.shipment add column next_look_at timestamptz not null default now() + interval '30 minutes';
create index shipment_look on logistics.shipment (next_look_at) where status = 'planned' and parcel_state not in ('delivered', 'returned');
