-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table credit.account (
  customer_id text not null,
  credit_limit bigint,
  limit_changed_at timestamp with time zone,
  owed bigint not null,
  held bigint not null,
  constraint account_pkey PRIMARY KEY (customer_id),
  constraint account_check CHECK (((credit_limit IS NULL) = (limit_changed_at IS NULL))),
  constraint account_held_check CHECK ((held >= 0))
);

create table credit.hold (
  order_id text not null,
  status text not null,
  customer_id text,
  amount bigint,
  approval_id text,
  exposure bigint,
  credit_limit bigint,
  reason text,
  detail text,
  appealable boolean,
  changed_at timestamp with time zone default now() not null,
  revision integer default 0 not null,
  started_at timestamp with time zone,
  record text,
  constraint hold_pkey PRIMARY KEY (order_id),
  constraint hold_check CHECK ((exposure <= credit_limit)),
  constraint hold_check1 CHECK (((status = 'released'::text) OR ((customer_id IS NOT NULL) AND (amount IS NOT NULL)))),
  constraint hold_check2 CHECK (((status <> ALL (ARRAY['held'::text, 'confirmed'::text, 'invoiced'::text])) OR ((amount >= 0) AND (exposure IS NOT NULL) AND (credit_limit IS NOT NULL)))),
  constraint hold_check3 CHECK (((status <> 'refused'::text) OR ((reason IS NOT NULL) AND (detail IS NOT NULL) AND (appealable IS NOT NULL)))),
  constraint hold_status_check CHECK ((status = ANY (ARRAY['held'::text, 'confirmed'::text, 'invoiced'::text, 'refused'::text, 'released'::text])))
);

create table credit.receivable (
  receivable_id text not null,
  customer_id text not null,
  order_id text,
  amount bigint not null,
  open bigint not null,
  due_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  constraint receivable_pkey PRIMARY KEY (receivable_id)
);

create table credit.simulation (
  simulation_id text not null,
  content text not null,
  since timestamp with time zone not null,
  until timestamp with time zone not null,
  total integer not null,
  checked integer not null,
  changed integer not null,
  outcomes text not null,
  examples text not null,
  after text not null,
  is_done boolean not null,
  asked_at timestamp with time zone default now() not null,
  constraint simulation_pkey PRIMARY KEY (simulation_id)
);

CREATE INDEX hold_active ON credit.hold USING btree (customer_id) WHERE (status = ANY (ARRAY['held'::text, 'confirmed'::text]));

CREATE INDEX hold_of_customer ON credit.hold USING btree (customer_id, started_at);

CREATE INDEX receivable_of_customer ON credit.receivable USING btree (customer_id, due_at);

CREATE INDEX receivable_open ON credit.receivable USING btree (customer_id, due_at) WHERE (open > 0);

CREATE INDEX simulation_open ON credit.simulation USING btree (asked_at) WHERE (NOT is_done);
