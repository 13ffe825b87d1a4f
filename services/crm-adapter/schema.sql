-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table crm_adapter.import (
  import_id text not null,
  active boolean not null,
  state jsonb not null,
  constraint import_pkey PRIMARY KEY (import_id)
);

create table crm_adapter."position" (
  topic text not null,
  replay_id bytea,
  changed_at timestamp with time zone,
  saved_at timestamp with time zone default now() not null,
  constraint position_pkey PRIMARY KEY (topic)
);

create table crm_adapter.report (
  order_id text not null,
  version bigint not null,
  report jsonb not null,
  constraint report_pkey PRIMARY KEY (order_id)
);

create table crm_adapter.told_order (
  order_id text not null,
  told_at timestamp with time zone default now() not null,
  constraint told_order_pkey PRIMARY KEY (order_id)
);

CREATE UNIQUE INDEX import_active ON crm_adapter.import USING btree (active) WHERE active;
