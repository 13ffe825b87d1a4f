-- Which rules a service decides by, as it has heard them published.
create table rulebook.live (
  service text not null,
  point text not null,
  version integer not null,
  hash text not null,
  primary key (service, point)
);

-- Every set that was ever decided by, by its hash: what it decided can be decided again. Kept for good.
create table rulebook.rule_set (
  hash text primary key,
  point text not null,
  content text not null,
  since timestamptz not null default now()
);
