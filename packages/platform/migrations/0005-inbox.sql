-- The messages each participant has decided on, so that a copy which lies elsewhere in Kafka is recognised. Forgotten later than Kafka forgets its records.
create table messaging.inbox (
  participant text not null,
  -- a digest of its number and its bytes
  message uuid not null,
  taken_at timestamptz not null default now(),
  primary key (message, participant)
);
-- the rows lie in the order they came in
create index inbox_taken_at on messaging.inbox using brin (taken_at);
