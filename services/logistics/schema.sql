-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table logistics.shipment (
  order_id text not null,
  status text not null,
  carrier text,
  waybill text,
  attempt integer,
  awaited boolean,
  reason text,
  detail text,
  changed_at timestamp with time zone default now() not null,
  parcel_state text default 'booked'::text not null,
  parcel_at timestamp with time zone,
  next_look_at timestamp with time zone default (now() + '00:30:00'::interval) not null,
  record text,
  constraint shipment_pkey PRIMARY KEY (order_id),
  constraint shipment_check CHECK (((status <> 'planned'::text) OR ((carrier IS NOT NULL) AND (waybill IS NOT NULL)))),
  constraint shipment_check1 CHECK (((status <> ALL (ARRAY['refused'::text, 'kept'::text])) OR ((reason IS NOT NULL) AND (detail IS NOT NULL)))),
  constraint shipment_check2 CHECK (((status <> 'kept'::text) OR (attempt IS NOT NULL))),
  constraint shipment_check3 CHECK (((status <> 'cancelling'::text) OR ((attempt IS NOT NULL) AND (awaited IS NOT NULL)))),
  constraint shipment_parcel_state_check CHECK ((parcel_state = ANY (ARRAY['booked'::text, 'collected'::text, 'on-its-way'::text, 'out-for-delivery'::text, 'delivered'::text, 'returned'::text]))),
  constraint shipment_status_check CHECK ((status = ANY (ARRAY['planning'::text, 'planned'::text, 'refused'::text, 'recalled'::text, 'cancelling'::text, 'cancelled'::text, 'kept'::text])))
);

CREATE INDEX shipment_look ON logistics.shipment USING btree (next_look_at) WHERE ((status = 'planned'::text) AND (parcel_state <> ALL (ARRAY['delivered'::text, 'returned'::text])));

CREATE INDEX shipment_waybill ON logistics.shipment USING btree (waybill) WHERE (waybill IS NOT NULL);
