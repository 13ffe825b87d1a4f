-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table contract.contract (
  order_id text not null,
  contract_id text not null,
  status text not null,
  sign_flow_id text,
  document_sha256 text,
  signed_at timestamp with time zone,
  attempt integer,
  awaited boolean,
  reason text,
  detail text,
  checks integer,
  next_check_at timestamp with time zone,
  changed_at timestamp with time zone default now() not null,
  revision integer default 0 not null,
  record text,
  customer_id text default ''::text not null,
  constraint contract_pkey PRIMARY KEY (order_id),
  constraint contract_check CHECK (((status <> ALL (ARRAY['signing'::text, 'signed'::text, 'rescinding'::text])) OR (sign_flow_id IS NOT NULL))),
  constraint contract_check1 CHECK (((status <> 'signed'::text) OR ((document_sha256 IS NOT NULL) AND (signed_at IS NOT NULL)))),
  constraint contract_check2 CHECK (((status <> ALL (ARRAY['refused'::text, 'kept'::text])) OR ((reason IS NOT NULL) AND (detail IS NOT NULL)))),
  constraint contract_check3 CHECK (((status <> ALL (ARRAY['voiding'::text, 'rescinding'::text, 'kept'::text])) OR (attempt IS NOT NULL))),
  constraint contract_check4 CHECK (((status <> ALL (ARRAY['voiding'::text, 'rescinding'::text])) OR (awaited IS NOT NULL))),
  constraint contract_check5 CHECK (((status = ANY (ARRAY['signing'::text, 'rescinding'::text])) = ((next_check_at IS NOT NULL) AND (checks IS NOT NULL)))),
  constraint contract_document_sha256_check CHECK ((length(document_sha256) = 64)),
  constraint contract_status_check CHECK ((status = ANY (ARRAY['preparing'::text, 'signing'::text, 'signed'::text, 'refused'::text, 'recalled'::text, 'voiding'::text, 'rescinding'::text, 'void'::text, 'kept'::text])))
);

create table contract.document (
  sign_flow_id text not null,
  order_id text not null,
  sha256 text not null,
  size_bytes integer not null,
  bytes bytea storage external not null,
  kept_at timestamp with time zone default now() not null,
  constraint document_pkey PRIMARY KEY (sign_flow_id),
  constraint document_check CHECK ((size_bytes = octet_length(bytes))),
  constraint document_check1 CHECK ((sha256 = encode(sha256(bytes), 'hex'::text)))
);

CREATE INDEX contract_check ON contract.contract USING btree (next_check_at) WHERE (next_check_at IS NOT NULL);

CREATE INDEX contract_flow ON contract.contract USING btree (sign_flow_id) WHERE (sign_flow_id IS NOT NULL);

CREATE INDEX document_order ON contract.document USING btree (order_id);
