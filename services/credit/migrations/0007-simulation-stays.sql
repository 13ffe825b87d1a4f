-- v0.1.0 still looks here for rules to try: when it takes over again it must find a table, if an empty one. Goes once nobody goes back to v0.1.0.
create table credit.simulation (
  simulation_id text primary key,
  content text not null,
  since timestamptz not null,
  until timestamptz not null,
  total integer not null,
  checked integer not null,
  changed integer not null,
  outcomes text not null,
  examples text not null,
  after text not null,
  is_done boolean not null,
  asked_at timestamptz not null default now()
);
create index simulation_open on credit.simulation (asked_at) where not is_done;
