-- One row an import of the orders that stand in the CRM: the newest that was heard of it.
create table gateway.import (
  import_id text primary key,
  revision int not null,
  started_at timestamptz not null,
  state jsonb not null
);

create index import_started on gateway.import (started_at desc, import_id desc);
