-- One row per call to a partner system, kept for a month after it is settled.
create table outbound.call (
  service text not null,
  key text not null,
  system text not null,
  operation text not null,
  order_id text not null,
  ledger text not null,
  request jsonb not null,
  traceparent text,
  status text not null check (status in ('asked', 'sent', 'unknown', 'answered', 'refused', 'failed', 'withdrawn')),
  attempts int not null default 0,
  -- When it is due; for a call that was sent: when the lease of its worker ends.
  next_at timestamptz not null,
  give_up_at timestamptz not null,
  claimed_by text,
  answer jsonb,
  reason text,
  detail text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (service, key),
  check (status <> 'sent' or claimed_by is not null),
  check (status <> 'refused' or reason is not null)
);

create index call_due on outbound.call (service, system, next_at) where status in ('asked', 'sent', 'unknown');
create index call_settled on outbound.call (service, system, updated_at) where status in ('answered', 'refused', 'failed', 'withdrawn');
create index call_order on outbound.call (order_id);
