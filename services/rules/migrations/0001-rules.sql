-- one row a change that somebody wanted, by proposal or by rollback; its content is kept once it was worth a look
create table rules.change (
  point text not null,
  change_id text not null,
  kind text not null check (kind in ('proposal', 'rollback')),
  status text not null check (status in ('refused', 'proposed', 'rejected', 'published')),
  author text not null,
  reason text not null,
  asked_at timestamptz not null,
  refused_because text,
  detail text,
  based_on text,
  hash text,
  content text,
  findings text,
  decided_by text,
  comment text,
  decided_at timestamptz,
  version integer,
  changed_at timestamptz not null default now(),
  primary key (point, change_id),
  -- nobody releases what they wrote themselves
  constraint second_person check (decided_by is null or decided_by <> author),
  check ((status = 'refused') = (refused_because is not null and detail is not null)),
  check ((status = 'published') = (version is not null)),
  check ((kind = 'proposal' and status <> 'refused') = (based_on is not null and hash is not null and content is not null and findings is not null)),
  check ((kind = 'proposal' and status in ('rejected', 'published')) = (decided_by is not null and comment is not null and decided_at is not null))
);

-- what was in force, and since when: the last version of a point is. Rows are added and never touched again
create table rules.version (
  point text not null,
  version integer not null check (version > 0),
  hash text not null,
  content text not null,
  change_id text not null,
  author text not null,
  approved_by text,
  reason text not null,
  at timestamptz not null,
  primary key (point, version),
  unique (point, change_id),
  constraint second_person check (approved_by is null or approved_by <> author)
);

create function rules.keep_version() returns trigger language plpgsql as $$
begin
  raise exception 'a version of the rules is never changed or removed; publish another one';
end
$$;

create trigger keep_version before update or delete on rules.version for each row execute function rules.keep_version();
create trigger keep_all_versions before truncate on rules.version for each statement execute function rules.keep_version();
