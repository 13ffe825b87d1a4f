-- One row a delegation of approvals: the newest that was heard of it.
create table gateway.delegation (
  delegation_id text primary key,
  revision int not null,
  until timestamptz not null,
  state jsonb not null
);

create index delegation_until on gateway.delegation (until desc, delegation_id desc);
