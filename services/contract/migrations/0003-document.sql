-- What the parties signed, byte for byte: evidence, so nothing deletes it. One row a flow, the first copy that was fetched.
create table contract.document (
  sign_flow_id text primary key,
  order_id text not null,
  sha256 text not null,
  size_bytes int not null,
  bytes bytea not null,
  kept_at timestamptz not null default now(),
  check (size_bytes = octet_length(bytes)),
  check (sha256 = encode(sha256(bytes), 'hex'))
);
-- A PDF is compressed already
alter table contract.document alter column bytes set storage external;

create index document_order on contract.document (order_id);
