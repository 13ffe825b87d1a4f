-- One row a change of the rules that decides or decided silently: when, and the farthest that was counted.
create table gateway.rules_shadow (
  shadow_id text primary key,
  change_id text not null,
  since timestamptz not null,
  is_over boolean not null,
  state jsonb not null
);
create index rules_shadow_change on gateway.rules_shadow (change_id, since desc);
create index rules_shadow_running on gateway.rules_shadow (since desc) where not is_over;
