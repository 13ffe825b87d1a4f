-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table erp_adapter.booking (
  order_id text not null,
  customer_id text not null,
  status text not null,
  sale_order_code text,
  receivable_code text,
  amount bigint,
  round integer,
  then_answer text,
  reason text,
  detail text,
  updated_at timestamp with time zone not null,
  outstanding text,
  constraint booking_pkey PRIMARY KEY (order_id),
  constraint booked_has_documents CHECK (((status = 'booked'::text) = ((sale_order_code IS NOT NULL) AND (receivable_code IS NOT NULL) AND (amount IS NOT NULL)))),
  constraint known_answer CHECK ((then_answer = ANY (ARRAY['unbooked'::text, 'refused'::text]))),
  constraint known_status CHECK ((status = ANY (ARRAY['asked'::text, 'called-off'::text, 'booked'::text, 'taking-back'::text, 'left-over'::text, 'unbooked'::text, 'refused'::text]))),
  constraint refusal_has_reason CHECK ((((status = 'refused'::text) OR COALESCE((then_answer = 'refused'::text), false)) = ((reason IS NOT NULL) AND (detail IS NOT NULL)))),
  constraint taking_back_has_answer CHECK (((status = ANY (ARRAY['taking-back'::text, 'left-over'::text])) = ((round IS NOT NULL) AND (then_answer IS NOT NULL))))
);

create table erp_adapter.fact (
  kind text not null,
  key text not null,
  sku text,
  content jsonb not null,
  constraint fact_pkey PRIMARY KEY (kind, key),
  constraint fact_check CHECK (((kind = 'stock'::text) = (sku IS NOT NULL))),
  constraint fact_kind_check CHECK ((kind = ANY (ARRAY['customer'::text, 'product'::text, 'cost'::text, 'stock'::text, 'receivable'::text])))
);

create table erp_adapter.list_position (
  kind text not null,
  "position" bigint not null,
  constraint list_position_pkey PRIMARY KEY (kind)
);

CREATE INDEX booking_open ON erp_adapter.booking USING btree (updated_at) WHERE (status = ANY (ARRAY['asked'::text, 'called-off'::text, 'taking-back'::text, 'left-over'::text]));

CREATE INDEX fact_stock_of ON erp_adapter.fact USING btree (sku) WHERE (sku IS NOT NULL);
