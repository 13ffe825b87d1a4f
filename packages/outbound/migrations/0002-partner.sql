-- How a service finds a partner system: one row each, written by its processes; a pause is written by a person.
create table outbound.partner (
  service text not null,
  system text not null,
  state text not null default 'well' check (state in ('well', 'away')),
  since timestamptz not null,
  detail text not null default '',
  -- Since when calls go on after it was away, or paused: slowly at first.
  resumed_at timestamptz,
  paused_at timestamptz,
  paused_by text,
  pause_note text,
  primary key (service, system),
  check ((paused_at is null) = (paused_by is null))
);

-- What goes first when calls have waited: an undo (1) before what is wanted (0).
alter table outbound.call add column priority smallint not null default 0;
drop index outbound.call_due;
create index call_due on outbound.call (service, system, priority desc, next_at) where status in ('asked', 'sent', 'unknown');
