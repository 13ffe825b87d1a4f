-- One row a release of the rules of a decision point.
create table gateway.rules_version (
  point text not null,
  version int not null,
  state jsonb not null,
  content text not null,
  primary key (point, version)
);

-- One row a change of the rules that somebody wants: what we asked for, and what was said of it.
create table gateway.rules_change (
  point text not null,
  change_id text not null,
  asked_at timestamptz not null,
  state jsonb not null,
  content text,
  primary key (point, change_id)
);
create index rules_change_asked on gateway.rules_change (point, asked_at desc, change_id desc);
create index rules_change_id on gateway.rules_change (change_id);

-- One row a simulation of rules: the farthest that was heard of it.
create table gateway.rules_simulation (
  simulation_id text primary key,
  state jsonb not null
);
