-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table outbound.call (
  service text not null,
  key text not null,
  system text not null,
  operation text not null,
  order_id text not null,
  ledger text not null,
  request jsonb not null,
  traceparent text,
  status text not null,
  attempts integer default 0 not null,
  next_at timestamp with time zone not null,
  give_up_at timestamp with time zone not null,
  claimed_by text,
  answer jsonb,
  reason text,
  detail text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  priority smallint default 0 not null,
  customer text default ''::text not null,
  receipt text,
  result_by timestamp with time zone,
  constraint call_pkey PRIMARY KEY (service, key),
  constraint call_check CHECK (((status <> 'sent'::text) OR (claimed_by IS NOT NULL))),
  constraint call_check1 CHECK (((status <> 'refused'::text) OR (reason IS NOT NULL))),
  constraint call_status_check CHECK ((status = ANY (ARRAY['asked'::text, 'sent'::text, 'unknown'::text, 'answered'::text, 'refused'::text, 'failed'::text, 'withdrawn'::text]))),
  constraint receipt_has_deadline CHECK (((receipt IS NULL) = (result_by IS NULL)))
);

create table outbound.partner (
  service text not null,
  system text not null,
  state text default 'well'::text not null,
  since timestamp with time zone not null,
  detail text default ''::text not null,
  resumed_at timestamp with time zone,
  paused_at timestamp with time zone,
  paused_by text,
  pause_note text,
  per_second integer,
  ledger_per_second integer,
  constraint partner_pkey PRIMARY KEY (service, system),
  constraint partner_check CHECK (((paused_at IS NULL) = (paused_by IS NULL))),
  constraint partner_state_check CHECK ((state = ANY (ARRAY['well'::text, 'away'::text])))
);

create table outbound.throttle (
  service text not null,
  system text not null,
  ledger text not null,
  until timestamp with time zone not null,
  detail text not null,
  constraint throttle_pkey PRIMARY KEY (service, system, ledger)
);

CREATE INDEX call_due ON outbound.call USING btree (service, system, ledger, priority DESC, next_at) WHERE (status = ANY (ARRAY['asked'::text, 'sent'::text, 'unknown'::text]));

CREATE INDEX call_order ON outbound.call USING btree (order_id);

CREATE INDEX call_settled ON outbound.call USING btree (service, system, updated_at) WHERE (status = ANY (ARRAY['answered'::text, 'refused'::text, 'failed'::text, 'withdrawn'::text]));
