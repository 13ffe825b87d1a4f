-- Rules that are put to past decisions, and how far that is; kept for a week.
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
