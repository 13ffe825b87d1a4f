-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

CREATE OR REPLACE FUNCTION audit.keep_entries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'an entry of the audit log is never changed or removed';
end $function$;

create table audit.entry (
  "position" bigint not null,
  at timestamp with time zone not null,
  actor text not null,
  act text not null,
  subject text not null,
  order_id text,
  fact text not null,
  message_type text not null,
  message_id text not null,
  details text not null,
  previous text not null,
  mac text not null,
  constraint entry_pkey PRIMARY KEY ("position"),
  constraint entry_details_check CHECK ((details IS JSON)),
  constraint entry_fact_key UNIQUE (fact),
  constraint entry_mac_check CHECK ((length(mac) = 64)),
  constraint entry_position_check CHECK (("position" > 0)),
  constraint entry_previous_check CHECK ((length(previous) = 64))
);

create table audit.head (
  one_row boolean default true not null,
  "position" bigint not null,
  mac text not null,
  key_print text,
  anchored_position bigint default 0 not null,
  anchored_at timestamp with time zone,
  constraint head_pkey PRIMARY KEY (one_row),
  constraint head_one_row_check CHECK (one_row)
);

CREATE INDEX entry_actor ON audit.entry USING btree (actor, "position");

CREATE INDEX entry_at ON audit.entry USING btree (at);

CREATE INDEX entry_order ON audit.entry USING btree (order_id, "position") WHERE (order_id IS NOT NULL);

CREATE TRIGGER keep_entries BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.entry FOR EACH STATEMENT EXECUTE FUNCTION audit.keep_entries();
