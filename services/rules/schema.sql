-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

CREATE OR REPLACE FUNCTION rules.keep_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a version of the rules is never changed or removed; publish another one';
end
$function$;

create table rules.change (
  point text not null,
  change_id text not null,
  kind text not null,
  status text not null,
  author text not null,
  reason text not null,
  asked_at timestamp with time zone not null,
  refused_because text,
  detail text,
  based_on text,
  hash text,
  content text,
  findings text,
  decided_by text,
  comment text,
  decided_at timestamp with time zone,
  version integer,
  changed_at timestamp with time zone default now() not null,
  constraint change_pkey PRIMARY KEY (point, change_id),
  constraint change_check CHECK (((status = 'refused'::text) = ((refused_because IS NOT NULL) AND (detail IS NOT NULL)))),
  constraint change_check1 CHECK (((status = 'published'::text) = (version IS NOT NULL))),
  constraint change_check2 CHECK ((((kind = 'proposal'::text) AND (status <> 'refused'::text)) = ((based_on IS NOT NULL) AND (hash IS NOT NULL) AND (content IS NOT NULL) AND (findings IS NOT NULL)))),
  constraint change_check3 CHECK ((((kind = 'proposal'::text) AND (status = ANY (ARRAY['rejected'::text, 'published'::text]))) = ((decided_by IS NOT NULL) AND (comment IS NOT NULL) AND (decided_at IS NOT NULL)))),
  constraint change_kind_check CHECK ((kind = ANY (ARRAY['proposal'::text, 'rollback'::text]))),
  constraint change_status_check CHECK ((status = ANY (ARRAY['refused'::text, 'proposed'::text, 'rejected'::text, 'published'::text]))),
  constraint second_person CHECK (((decided_by IS NULL) OR (decided_by <> author)))
);

create table rules.shadow (
  point text not null,
  shadow_id text not null,
  change_id text not null,
  author text not null,
  since timestamp with time zone not null,
  until timestamp with time zone not null,
  ended_because text,
  ended_by text,
  ended_at timestamp with time zone,
  constraint shadow_pkey PRIMARY KEY (point),
  constraint shadow_check CHECK ((((ended_because IS NULL) = (ended_by IS NULL)) AND ((ended_because IS NULL) = (ended_at IS NULL)))),
  constraint shadow_ended_because_check CHECK ((ended_because = ANY (ARRAY['stopped'::text, 'released'::text, 'rejected'::text])))
);

create table rules.version (
  point text not null,
  version integer not null,
  hash text not null,
  content text not null,
  change_id text not null,
  author text not null,
  approved_by text,
  reason text not null,
  at timestamp with time zone not null,
  constraint version_pkey PRIMARY KEY (point, version),
  constraint second_person CHECK (((approved_by IS NULL) OR (approved_by <> author))),
  constraint version_point_change_id_key UNIQUE (point, change_id),
  constraint version_version_check CHECK ((version > 0))
);

CREATE TRIGGER keep_all_versions BEFORE TRUNCATE ON rules.version FOR EACH STATEMENT EXECUTE FUNCTION rules.keep_version();

CREATE TRIGGER keep_version BEFORE DELETE OR UPDATE ON rules.version FOR EACH ROW EXECUTE FUNCTION rules.keep_version();
