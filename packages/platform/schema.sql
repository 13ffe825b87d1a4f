-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

CREATE OR REPLACE FUNCTION messaging.expect(actual bigint, wanted bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
begin
  if actual <> wanted then
    raise exception 'wrote % of % rows: the others have changed since they were read', actual, wanted using errcode = 'serialization_failure';
  end if;
  return actual;
end $function$;

CREATE OR REPLACE FUNCTION messaging.keep_dead_letters()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a dead letter is never deleted, and its record never changed: edit it (a new row), or drop it with a reason';
end $function$;

create table messaging.dead_letter (
  id bigint generated always as identity not null,
  participant text not null,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  key text not null,
  value bytea,
  headers jsonb not null,
  reason text not null,
  detail text not null,
  at timestamp with time zone not null,
  order_id text,
  attempts integer default 1 not null,
  status text default 'open'::text not null,
  parent_id bigint,
  root_id bigint,
  original text,
  edited boolean default false not null,
  decided_by text,
  decided_at timestamp with time zone,
  note text,
  settled_at timestamp with time zone,
  constraint dead_letter_pkey PRIMARY KEY (id),
  constraint dead_letter_check CHECK (((status = 'open'::text) = ((decided_by IS NULL) AND (decided_at IS NULL)))),
  constraint dead_letter_check1 CHECK (((status = ANY (ARRAY['settled'::text, 'failed-again'::text])) = (settled_at IS NOT NULL))),
  constraint dead_letter_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES messaging.dead_letter(id),
  constraint dead_letter_root_id_fkey FOREIGN KEY (root_id) REFERENCES messaging.dead_letter(id),
  constraint dead_letter_status_check CHECK ((status = ANY (ARRAY['open'::text, 'edited'::text, 'replaying'::text, 'settled'::text, 'failed-again'::text, 'dropped'::text])))
);

create table messaging.inbox (
  participant text not null,
  message uuid not null,
  taken_at timestamp with time zone default now() not null,
  constraint inbox_pkey PRIMARY KEY (message, participant)
);

create table messaging.outbox (
  id bigint generated always as identity not null,
  records bytea storage external not null,
  created_at timestamp with time zone default now() not null,
  constraint outbox_pkey PRIMARY KEY (id)
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=1000);

create table messaging.processed_offset (
  participant text not null,
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  constraint processed_offset_pkey PRIMARY KEY (participant, topic, partition),
  constraint processed_offset_next_offset_check CHECK ((next_offset >= 0))
) with (fillfactor=50);

CREATE INDEX dead_letter_order ON messaging.dead_letter USING btree (order_id, id);

CREATE INDEX dead_letter_original ON messaging.dead_letter USING btree (original, id);

CREATE INDEX dead_letter_parent ON messaging.dead_letter USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE UNIQUE INDEX dead_letter_record ON messaging.dead_letter USING btree (participant, topic, partition, "offset") WHERE (NOT edited);

CREATE INDEX dead_letter_root ON messaging.dead_letter USING btree (root_id) WHERE (root_id IS NOT NULL);

CREATE INDEX dead_letter_status ON messaging.dead_letter USING btree (status, id);

CREATE INDEX inbox_taken_at ON messaging.inbox USING brin (taken_at);

CREATE TRIGGER keep_records BEFORE UPDATE OF participant, topic, partition, "offset", key, value, headers, reason, detail, at, parent_id, root_id, original, edited ON messaging.dead_letter FOR EACH STATEMENT EXECUTE FUNCTION messaging.keep_dead_letters();

CREATE TRIGGER keep_rows BEFORE DELETE OR TRUNCATE ON messaging.dead_letter FOR EACH STATEMENT EXECUTE FUNCTION messaging.keep_dead_letters();
