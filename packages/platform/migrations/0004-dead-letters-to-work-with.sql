-- A letter is worked with: edited copies and failed replays are rows of their own, each with the row it came from.
alter table messaging.dead_letter
  drop constraint dead_letter_participant_topic_partition_offset_key,
  add column order_id text,
  add column attempts int not null default 1,
  add column status text not null default 'open' check (status in ('open', 'edited', 'replaying', 'settled', 'failed-again', 'dropped')),
  -- the letter it is an edited copy of, or whose replay it was
  add column parent_id bigint references messaging.dead_letter (id),
  -- the first of its lineage; null for that one itself
  add column root_id bigint references messaging.dead_letter (id),
  -- topic/partition/offset of the first record of its lineage; null only where an older build wrote the row
  add column original text,
  add column edited boolean not null default false,
  -- who edited, replayed or dropped it, when, and why
  add column decided_by text,
  add column decided_at timestamptz,
  add column note text,
  -- when its replay was processed, or failed again
  add column settled_at timestamptz,
  add check ((status = 'open') = (decided_by is null and decided_at is null)),
  add check ((status in ('settled', 'failed-again')) = (settled_at is not null));

update messaging.dead_letter set original = topic || '/' || partition || '/' || "offset";

create unique index dead_letter_record on messaging.dead_letter (participant, topic, partition, "offset") where not edited;
create index dead_letter_status on messaging.dead_letter (status, id);
create index dead_letter_order on messaging.dead_letter (order_id, id);
create index dead_letter_original on messaging.dead_letter (original, id);
create index dead_letter_root on messaging.dead_letter (root_id) where root_id is not null;
create index dead_letter_parent on messaging.dead_letter (parent_id) where parent_id is not null;

create function messaging.keep_dead_letters() returns trigger language plpgsql as $$
begin
  raise exception 'a dead letter is never deleted, and its record never changed: edit it (a new row), or drop it with a reason';
end $$;

create trigger keep_rows before delete or truncate on messaging.dead_letter execute function messaging.keep_dead_letters();
create trigger keep_records before update of participant, topic, partition, "offset", key, value, headers, reason, detail, at, parent_id, root_id, original, edited
  on messaging.dead_letter execute function messaging.keep_dead_letters();
