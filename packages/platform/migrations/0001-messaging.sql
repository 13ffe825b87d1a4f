-- How far each participant is in each partition; moved by compare-and-set in the transaction of the batch.
create table messaging.processed_offset (
  participant text not null,
  topic text not null,
  partition int not null,
  next_offset bigint not null check (next_offset >= 0),
  primary key (participant, topic, partition)
) with (fillfactor = 50);

-- One row a batch: its messages, packed. Dropped once the broker has them.
create table messaging.outbox (
  id bigint generated always as identity primary key,
  records bytea not null,
  created_at timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- What no handler could take, with all a person needs to repair it.
create table messaging.dead_letter (
  id bigint generated always as identity primary key,
  participant text not null,
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  key text not null,
  value bytea,
  headers jsonb not null,
  reason text not null,
  detail text not null,
  at timestamptz not null,
  unique (participant, topic, partition, "offset")
);
