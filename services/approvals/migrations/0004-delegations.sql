-- who decides in the place of whom, and when; it is ended by moving its end
create table approvals.delegation (
  delegation_id text primary key,
  revision integer not null check (revision > 0),
  state text not null check (state in ('standing', 'ended')),
  absent text not null,
  deputy text not null,
  since timestamptz not null,
  until timestamptz not null,
  reason text not null,
  requested_by text not null,
  changed_at timestamptz not null default now(),
  check (absent <> deputy)
);
create index delegation_until on approvals.delegation (until);

-- in whose place a deputy has decided; '' for somebody's own right
alter table approvals.task add column on_behalf_of text not null default '';
