-- Up to where the changes of a CRM topic were taken in; moves in the transaction that tells the mesh what they mean.
create table crm_adapter.position (
  topic       text primary key,
  -- opaque; null begins with the oldest change there is
  replay_id   bytea,
  changed_at  timestamptz,
  saved_at    timestamptz not null default now()
);
