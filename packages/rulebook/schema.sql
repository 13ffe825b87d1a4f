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

create table rulebook.shadow (
  service text not null,
  shadow_id text not null,
  point text not null,
  change_id text not null,
  hash text not null,
  content text not null,
  since timestamp with time zone not null,
  until timestamp with time zone not null,
  decisions integer default 0 not null,
  checked integer default 0 not null,
  changed integer default 0 not null,
  outcomes text default '[]'::text not null,
  examples text default '[]'::text not null,
  ended_because text,
  is_told boolean default false not null,
  constraint shadow_pkey PRIMARY KEY (service, shadow_id)
);

create table rulebook.shadow_tally (
  service text not null,
  shadow_id text not null,
  decisions integer not null,
  checked integer not null,
  changed integer not null,
  outcomes text not null,
  examples text not null
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

CREATE INDEX shadow_running ON rulebook.shadow USING btree (service) WHERE (ended_because IS NULL);

CREATE INDEX shadow_untold ON rulebook.shadow USING btree (service) WHERE (NOT is_told);

CREATE INDEX shadow_tally_shadow ON rulebook.shadow_tally USING btree (service, shadow_id);

CREATE INDEX simulation_open ON rulebook.simulation USING btree (service, asked_at) WHERE (NOT is_done);
