-- What people did, and what was repaired: a chain. Each row's mac covers the row and the mac of the row before it.
create table audit.entry (
  position bigint primary key check (position > 0),
  at timestamptz not null,
  actor text not null,
  act text not null,
  subject text not null,
  order_id text,
  -- what was told, under one name however often it is told
  fact text not null unique,
  message_type text not null,
  message_id text not null,
  -- canonical JSON, kept as text: what the mac covers are these very characters
  details text not null check (details is json),
  previous text not null check (length(previous) = 64),
  mac text not null check (length(mac) = 64)
);
create index entry_order on audit.entry (order_id, position) where order_id is not null;
create index entry_actor on audit.entry (actor, position);
create index entry_at on audit.entry (at);

-- one row: who holds its lock may append, so that positions have no gaps
create table audit.head (
  one_row boolean primary key default true check (one_row),
  position bigint not null,
  mac text not null,
  -- tells whether a key is the one that the chain was begun with, and nothing else of it
  key_print text,
  anchored_position bigint not null default 0,
  anchored_at timestamptz
);
insert into audit.head (position, mac) values (0, repeat('0', 64));

create function audit.keep_entries() returns trigger language plpgsql as $$
begin
  raise exception 'an entry of the audit log is never changed or removed';
end $$;

create trigger keep_entries before update or delete or truncate on audit.entry execute function audit.keep_entries();
