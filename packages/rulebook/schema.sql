-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table rulebook.live (
  service text not null,
  point text not null,
  version integer not null,
  hash text not null,
  constraint live_pkey PRIMARY KEY (service, point)
);

create table rulebook.rule_set (
  hash text not null,
  point text not null,
  content text not null,
  since timestamp with time zone default now() not null,
  constraint rule_set_pkey PRIMARY KEY (hash)
);

create table rulebook.simulation (
  service text not null,
  simulation_id text not null,
  point text not null,
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
  constraint simulation_pkey PRIMARY KEY (service, simulation_id)
);

CREATE INDEX simulation_open ON rulebook.simulation USING btree (service, asked_at) WHERE (NOT is_done);
