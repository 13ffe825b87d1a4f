-- Rules that a service puts to past decisions of its own, and how far that is; kept for a week.
create table rulebook.simulation (
  service text not null,
  simulation_id text not null,
  point text not null,
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
  asked_at timestamptz not null default now(),
  primary key (service, simulation_id)
);
create index simulation_open on rulebook.simulation (service, asked_at) where not is_done;
