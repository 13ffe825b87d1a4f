-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table gateway.approval (
  approval_id text not null,
  order_id text not null,
  status text not null,
  deadline timestamp with time zone,
  state jsonb not null,
  customer_id text generated always as ("left"(((state -> 'question'::text) ->> 'customerId'::text), 100)) stored,
  region text generated always as ("left"(((state -> 'question'::text) ->> 'region'::text), 100)) stored,
  constraint approval_pkey PRIMARY KEY (approval_id),
  constraint approval_status_check CHECK ((status = ANY (ARRAY['open'::text, 'granted'::text, 'denied'::text, 'expired'::text, 'withdrawn'::text])))
);

create table gateway.confirmed_order (
  order_id text not null,
  entry_no bigint not null,
  customer_id text not null,
  customer_name text not null,
  region text not null,
  amount bigint not null,
  booked_amount bigint not null,
  agrees boolean not null,
  sale_order_code text not null,
  receivable_code text not null,
  contract_id text not null,
  waybill text not null,
  placed_at timestamp with time zone not null,
  confirmed_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null,
  series integer default 0 not null,
  discount bigint default 0 not null,
  constraint confirmed_order_pkey PRIMARY KEY (order_id)
);

create table gateway.delegation (
  delegation_id text not null,
  revision integer not null,
  until timestamp with time zone not null,
  state jsonb not null,
  constraint delegation_pkey PRIMARY KEY (delegation_id)
);

create table gateway.difference (
  difference_id text not null,
  version integer not null,
  status text not null,
  order_id text not null,
  state jsonb not null,
  constraint difference_pkey PRIMARY KEY (difference_id)
);

create table gateway.idempotency_key (
  key text not null,
  body_digest text not null,
  answer jsonb not null,
  created_at timestamp with time zone not null,
  constraint idempotency_key_pkey PRIMARY KEY (key)
);

create table gateway.import (
  import_id text not null,
  revision integer not null,
  started_at timestamp with time zone not null,
  state jsonb not null,
  constraint import_pkey PRIMARY KEY (import_id)
);

create table gateway.order_case (
  order_id text not null,
  status text not null,
  owner text not null,
  assignee text,
  due_at timestamp with time zone,
  state jsonb not null,
  constraint order_case_pkey PRIMARY KEY (order_id),
  constraint order_case_status_check CHECK ((status = ANY (ARRAY['open'::text, 'retrying'::text, 'closed'::text])))
);

create table gateway.order_view (
  order_id text not null,
  version integer not null,
  status text not null,
  source text,
  external_id text,
  customer_id text,
  customer_name text,
  placed_at timestamp with time zone,
  state jsonb not null,
  goods jsonb,
  region text generated always as ("left"(((state -> 'placement'::text) ->> 'region'::text), 100)) stored,
  constraint order_view_pkey PRIMARY KEY (order_id),
  constraint order_view_status_check CHECK ((status = ANY (ARRAY['running'::text, 'undoing'::text, 'confirmed'::text, 'rejected'::text, 'cancelled'::text, 'manual'::text]))),
  constraint order_view_version_check CHECK ((version > 0))
) with (fillfactor=80);

create table gateway.reconciliation_run (
  run_id text not null,
  is_finished boolean not null,
  at timestamp with time zone not null,
  state jsonb not null,
  constraint reconciliation_run_pkey PRIMARY KEY (run_id)
);

create table gateway.rules_change (
  point text not null,
  change_id text not null,
  asked_at timestamp with time zone not null,
  state jsonb not null,
  content text,
  constraint rules_change_pkey PRIMARY KEY (point, change_id)
);

create table gateway.rules_shadow (
  shadow_id text not null,
  change_id text not null,
  since timestamp with time zone not null,
  is_over boolean not null,
  state jsonb not null,
  constraint rules_shadow_pkey PRIMARY KEY (shadow_id)
);

create table gateway.rules_simulation (
  simulation_id text not null,
  state jsonb not null,
  constraint rules_simulation_pkey PRIMARY KEY (simulation_id)
);

create table gateway.rules_version (
  point text not null,
  version integer not null,
  state jsonb not null,
  content text not null,
  constraint rules_version_pkey PRIMARY KEY (point, version)
);

create table gateway.timeline (
  order_id text not null,
  id text not null,
  at timestamp with time zone not null,
  type text not null,
  summary text not null,
  value jsonb not null,
  constraint timeline_pkey PRIMARY KEY (order_id, id)
);

create table gateway.timeline_page (
  order_id text not null,
  id text not null,
  entries text not null,
  constraint timeline_page_pkey PRIMARY KEY (order_id, id)
) with (toast_tuple_target=8160);

CREATE INDEX approval_customer ON gateway.approval USING btree (customer_id, deadline, approval_id) WHERE (deadline IS NOT NULL);

CREATE INDEX approval_order ON gateway.approval USING btree (order_id);

CREATE INDEX approval_region ON gateway.approval USING btree (region, deadline, approval_id) WHERE (deadline IS NOT NULL);

CREATE INDEX approval_status ON gateway.approval USING btree (status, deadline, approval_id) WHERE (deadline IS NOT NULL);

CREATE INDEX confirmed_order_at ON gateway.confirmed_order USING btree (confirmed_at, order_id);

CREATE INDEX delegation_until ON gateway.delegation USING btree (until DESC, delegation_id DESC);

CREATE INDEX difference_order ON gateway.difference USING btree (order_id);

CREATE INDEX difference_status ON gateway.difference USING btree (status, difference_id);

CREATE INDEX idempotency_key_created ON gateway.idempotency_key USING btree (created_at);

CREATE INDEX import_started ON gateway.import USING btree (started_at DESC, import_id DESC);

CREATE INDEX order_case_due ON gateway.order_case USING btree (due_at, order_id) WHERE (due_at IS NOT NULL);

CREATE INDEX order_view_customer ON gateway.order_view USING btree (customer_id, placed_at, order_id) WHERE (placed_at IS NOT NULL);

CREATE INDEX order_view_placed ON gateway.order_view USING btree (placed_at, order_id) WHERE (placed_at IS NOT NULL);

CREATE INDEX order_view_region ON gateway.order_view USING btree (region, placed_at, order_id) WHERE (placed_at IS NOT NULL);

CREATE INDEX order_view_source ON gateway.order_view USING btree (source, placed_at, order_id) WHERE (placed_at IS NOT NULL);

CREATE INDEX order_view_status ON gateway.order_view USING btree (status, placed_at, order_id) WHERE (placed_at IS NOT NULL);

CREATE INDEX reconciliation_run_at ON gateway.reconciliation_run USING btree (at);

CREATE INDEX reconciliation_run_under_way ON gateway.reconciliation_run USING btree (at) WHERE (NOT is_finished);

CREATE INDEX rules_change_asked ON gateway.rules_change USING btree (point, asked_at DESC, change_id DESC);

CREATE INDEX rules_change_id ON gateway.rules_change USING btree (change_id);

CREATE INDEX rules_shadow_change ON gateway.rules_shadow USING btree (change_id, since DESC);

CREATE INDEX rules_shadow_running ON gateway.rules_shadow USING btree (since DESC) WHERE (NOT is_over);
