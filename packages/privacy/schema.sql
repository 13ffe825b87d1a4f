-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table privacy.contact_key (
  key_id text not null,
  customer_id text not null,
  person text,
  wrapped text,
  made_at timestamp with time zone default now() not null,
  erased_at timestamp with time zone,
  constraint contact_key_pkey PRIMARY KEY (key_id),
  constraint contact_key_check CHECK (((wrapped IS NULL) = (erased_at IS NOT NULL))),
  constraint contact_key_check1 CHECK (((wrapped IS NULL) = (person IS NULL))),
  constraint contact_key_person_key UNIQUE (person)
);

create table privacy.master (
  one boolean default true not null,
  print text not null,
  constraint master_pkey PRIMARY KEY (one),
  constraint master_one_check CHECK (one)
);

CREATE INDEX contact_key_customer ON privacy.contact_key USING btree (customer_id);
