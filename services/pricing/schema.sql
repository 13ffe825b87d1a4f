-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table pricing.budget (
  rule text not null,
  budget bigint not null,
  spent bigint not null,
  is_stopped boolean not null,
  constraint budget_pkey PRIMARY KEY (rule)
);

create table pricing.customer (
  customer_id text not null,
  is_named boolean not null,
  has_history boolean not null,
  orders integer not null,
  amount bigint not null,
  first_order text,
  constraint customer_pkey PRIMARY KEY (customer_id)
);

create table pricing.product (
  sku text not null,
  unit_cost bigint,
  constraint product_pkey PRIMARY KEY (sku)
);

create table pricing.quote (
  order_id text not null,
  status text not null,
  customer_id text,
  revision integer not null,
  approval_id text,
  started_at timestamp with time zone,
  list_amount bigint,
  amount bigint,
  content text,
  records text,
  changed_at timestamp with time zone default now() not null,
  constraint quote_pkey PRIMARY KEY (order_id),
  constraint quote_check CHECK ((amount <= list_amount)),
  constraint quote_check1 CHECK (((status <> 'priced'::text) OR ((customer_id IS NOT NULL) AND (list_amount IS NOT NULL) AND (amount IS NOT NULL) AND (content IS NOT NULL) AND (records IS NOT NULL)))),
  constraint quote_status_check CHECK ((status = ANY (ARRAY['priced'::text, 'refused'::text, 'released'::text])))
);

CREATE INDEX quote_customer ON pricing.quote USING btree (customer_id);
