-- One key for each contact of a customer. Erased, it is gone for good: what was sealed under it stays where it is and can be read by nobody.
create table privacy.contact_key (
  key_id text primary key,
  customer_id text not null,
  -- who it is, under a key that the database does not have; null once erased: the same person, ordering again, gets another key
  person text unique,
  -- the key itself, encrypted under the same
  wrapped text,
  made_at timestamptz not null default now(),
  erased_at timestamptz,
  check ((wrapped is null) = (erased_at is not null)),
  check ((wrapped is null) = (person is null))
);
create index contact_key_customer on privacy.contact_key (customer_id);

-- What tells the master key from any other, without telling it.
create table privacy.master (
  one boolean primary key default true check (one),
  print text not null
);
