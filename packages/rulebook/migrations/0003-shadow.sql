-- Rules that decide silently beside those in force, and what was counted of them; kept for a week after their time.
create table rulebook.shadow (
  service text not null,
  shadow_id text not null,
  point text not null,
  change_id text not null,
  hash text not null,
  content text not null,
  since timestamptz not null,
  until timestamptz not null,
  decisions integer not null default 0,
  checked integer not null default 0,
  changed integer not null default 0,
  outcomes text not null default '[]',
  examples text not null default '[]',
  ended_because text,
  -- its end was told
  is_told boolean not null default false,
  primary key (service, shadow_id)
);
create index shadow_running on rulebook.shadow (service) where ended_because is null;
create index shadow_untold on rulebook.shadow (service) where not is_told;

-- What the batches have counted since it was told last, a row a batch: nobody waits for a row of somebody else's.
create table rulebook.shadow_tally (
  service text not null,
  shadow_id text not null,
  decisions integer not null,
  checked integer not null,
  changed integer not null,
  outcomes text not null,
  examples text not null
);
create index shadow_tally_shadow on rulebook.shadow_tally (service, shadow_id);
