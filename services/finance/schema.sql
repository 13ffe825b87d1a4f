-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table finance.difference (
  difference_id text not null,
  order_id text not null,
  class text not null,
  status text not null,
  dated_at timestamp with time zone not null,
  seen_in text not null,
  last_seen_at timestamp with time zone not null,
  state jsonb not null,
  constraint difference_pkey PRIMARY KEY (difference_id),
  constraint difference_status_check CHECK ((status = ANY (ARRAY['suspected'::text, 'open'::text, 'repairing'::text, 'repaired'::text, 'vanished'::text, 'accepted'::text])))
);

create table finance.entry (
  order_id text not null,
  entry_no bigint not null,
  customer_id text not null,
  customer_name text not null,
  region text not null,
  amount bigint not null,
  booked_amount bigint not null,
  agrees boolean generated always as ((amount = booked_amount)) stored not null,
  sale_order_code text not null,
  receivable_code text not null,
  contract_id text not null,
  waybill text not null,
  placed_at timestamp with time zone not null,
  confirmed_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  series integer default 0 not null,
  discount bigint default 0 not null,
  constraint entry_pkey PRIMARY KEY (order_id),
  constraint entry_entry_no_check CHECK ((entry_no > 0)),
  constraint entry_series_check CHECK ((series >= 0)),
  constraint entry_series_entry_no_key UNIQUE (series, entry_no)
);

create table finance.reconciliation_run (
  run_id text not null,
  status text not null,
  started_at timestamp with time zone not null,
  state jsonb not null,
  constraint reconciliation_run_pkey PRIMARY KEY (run_id),
  constraint reconciliation_run_status_check CHECK ((status = ANY (ARRAY['reading'::text, 'read'::text, 'waiting'::text, 'finished'::text])))
);

create table finance.series_end (
  series integer not null,
  last_entry_no bigint not null,
  constraint series_end_pkey PRIMARY KEY (series)
);

create table finance.statement_line (
  order_id text not null,
  side text not null,
  item text not null,
  content jsonb not null,
  constraint statement_line_pkey PRIMARY KEY (order_id, side, item),
  constraint statement_line_side_check CHECK ((side = ANY (ARRAY['erp'::text, 'crm'::text, 'mesh'::text])))
);

CREATE INDEX difference_live ON finance.difference USING btree (status, dated_at) WHERE (status = ANY (ARRAY['suspected'::text, 'open'::text, 'repairing'::text, 'accepted'::text]));

CREATE INDEX reconciliation_run_started ON finance.reconciliation_run USING btree (started_at);

CREATE UNIQUE INDEX reconciliation_under_way ON finance.reconciliation_run USING btree ((true)) WHERE (status <> 'finished'::text);
