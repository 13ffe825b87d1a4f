create table contract.contract (
  order_id text primary key,
  contract_id text not null,
  status text not null check (status in ('preparing', 'signing', 'signed', 'refused', 'recalled', 'voiding', 'rescinding', 'void', 'kept')),
  sign_flow_id text,
  document_sha256 text check (document_sha256 ~ '^[0-9a-f]{64}$'),
  signed_at timestamptz,
  attempt int,
  awaited boolean,
  reason text,
  detail text,
  checks int,
  next_check_at timestamptz,
  changed_at timestamptz not null default now(),
  check (status not in ('signing', 'signed', 'rescinding') or sign_flow_id is not null),
  check (status <> 'signed' or (document_sha256 is not null and signed_at is not null)),
  check (status not in ('refused', 'kept') or (reason is not null and detail is not null)),
  check (status not in ('voiding', 'rescinding', 'kept') or attempt is not null),
  check (status not in ('voiding', 'rescinding') or awaited is not null),
  check ((status in ('signing', 'rescinding')) = (next_check_at is not null and checks is not null))
);

create index contract_flow on contract.contract (sign_flow_id) where sign_flow_id is not null;
create index contract_check on contract.contract (next_check_at) where next_check_at is not null;
