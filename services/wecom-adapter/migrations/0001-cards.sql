create table wecom_adapter.card (
  approval_id text primary key,
  order_id text not null,
  customer_id text not null,
  amount bigint not null,
  deadline timestamptz not null,
  approvers text[] not null,
  status text not null check (status in ('asked', 'unshown', 'open', 'void', 'answered', 'settled')),
  sp_no text,
  check_at timestamptz,
  detail text,
  decision text check (decision in ('granted', 'denied')),
  decider text,
  decided_by text,
  outcome text check (outcome in ('granted', 'denied', 'expired', 'withdrawn')),
  outcome_by text,
  outcome_detail text,
  changed_at timestamptz not null default now(),
  check (status not in ('open', 'void', 'answered') or sp_no is not null),
  check ((status = 'open') = (check_at is not null)),
  check (status <> 'unshown' or detail is not null),
  check ((decision is null) = (decider is null) and (decision is null) = (decided_by is null)),
  check (status <> 'answered' or decision is not null),
  check ((status = 'settled') = (outcome is not null and outcome_detail is not null))
);
create index card_order on wecom_adapter.card (order_id);
create index card_check on wecom_adapter.card (check_at) where check_at is not null;
-- not unique: a card that WeCom made twice must not stop a batch
create index card_sp_no on wecom_adapter.card (sp_no) where sp_no is not null;

-- callbacks that were heard, for as long as one of the same stamp would be believed
create table wecom_adapter.heard (
  stamp text primary key,
  at timestamptz not null
);
create index heard_at on wecom_adapter.heard (at);

-- what people are to be told; a key is told once
create table wecom_adapter.alert (
  key text primary key,
  line text not null,
  at timestamptz not null,
  told_at timestamptz
);
create index alert_untold on wecom_adapter.alert (at, key) where told_at is null;
create index alert_told on wecom_adapter.alert (told_at) where told_at is not null;
