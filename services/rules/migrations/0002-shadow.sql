-- the last rules of each point that decided silently beside those in force
create table rules.shadow (
  point text primary key,
  shadow_id text not null,
  change_id text not null,
  author text not null,
  since timestamptz not null,
  until timestamptz not null,
  ended_because text check (ended_because in ('stopped', 'released', 'rejected')),
  ended_by text,
  ended_at timestamptz,
  check ((ended_because is null) = (ended_by is null) and (ended_because is null) = (ended_at is null))
);
