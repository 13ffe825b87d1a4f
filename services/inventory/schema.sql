-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table inventory.level (
  sku text not null,
  warehouse text not null,
  on_hand integer not null,
  safety_stock integer not null,
  reserved integer not null,
  suggested boolean not null,
  changed_at timestamp with time zone not null,
  constraint level_pkey PRIMARY KEY (sku, warehouse),
  constraint level_reserved_check CHECK ((reserved >= 0))
);

create table inventory.lock_line (
  order_id text not null,
  line_no integer not null,
  sku text not null,
  warehouse text not null,
  quantity integer not null,
  revision integer default 0 not null,
  constraint lock_line_pkey PRIMARY KEY (order_id, revision, line_no),
  constraint lock_line_quantity_check CHECK ((quantity > 0))
);

create table inventory.stock_lock (
  order_id text not null,
  status text not null,
  expires_at timestamp with time zone,
  reason text,
  detail text,
  changed_at timestamp with time zone default now() not null,
  revision integer default 0 not null,
  constraint stock_lock_pkey PRIMARY KEY (order_id),
  constraint stock_lock_check CHECK (((status = 'locked'::text) = (expires_at IS NOT NULL))),
  constraint stock_lock_check1 CHECK (((status <> 'refused'::text) OR ((reason IS NOT NULL) AND (detail IS NOT NULL)))),
  constraint stock_lock_status_check CHECK ((status = ANY (ARRAY['locked'::text, 'committed'::text, 'expired'::text, 'refused'::text, 'released'::text])))
);

CREATE INDEX stock_lock_expiry ON inventory.stock_lock USING btree (expires_at) WHERE (status = 'locked'::text);
