-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table wecom_adapter.alert (
  key text not null,
  line text not null,
  at timestamp with time zone not null,
  told_at timestamp with time zone,
  recipients text[] default '{group}'::text[] not null,
  record text,
  constraint alert_pkey PRIMARY KEY (key)
);

create table wecom_adapter.card (
  approval_id text not null,
  order_id text not null,
  customer_id text not null,
  amount bigint not null,
  deadline timestamp with time zone not null,
  approvers text[] not null,
  status text not null,
  sp_no text,
  check_at timestamp with time zone,
  detail text,
  decision text,
  decider text,
  decided_by text,
  outcome text,
  outcome_by text,
  outcome_detail text,
  changed_at timestamp with time zone default now() not null,
  other_sp_no text,
  constraint card_pkey PRIMARY KEY (approval_id),
  constraint card_check CHECK (((status <> ALL (ARRAY['open'::text, 'void'::text, 'answered'::text])) OR (sp_no IS NOT NULL))),
  constraint card_check1 CHECK (((status = 'open'::text) = (check_at IS NOT NULL))),
  constraint card_check2 CHECK (((status <> 'unshown'::text) OR (detail IS NOT NULL))),
  constraint card_check3 CHECK ((((decision IS NULL) = (decider IS NULL)) AND ((decision IS NULL) = (decided_by IS NULL)))),
  constraint card_check4 CHECK (((status <> 'answered'::text) OR (decision IS NOT NULL))),
  constraint card_check5 CHECK (((status = 'settled'::text) = ((outcome IS NOT NULL) AND (outcome_detail IS NOT NULL)))),
  constraint card_decision_check CHECK ((decision = ANY (ARRAY['granted'::text, 'denied'::text]))),
  constraint card_outcome_check CHECK ((outcome = ANY (ARRAY['granted'::text, 'denied'::text, 'expired'::text, 'withdrawn'::text]))),
  constraint card_status_check CHECK ((status = ANY (ARRAY['asked'::text, 'unshown'::text, 'open'::text, 'void'::text, 'answered'::text, 'settled'::text])))
);

create table wecom_adapter.heard (
  stamp text not null,
  at timestamp with time zone not null,
  constraint heard_pkey PRIMARY KEY (stamp)
);

create table wecom_adapter.letters_noted (
  one boolean default true not null,
  up_to bigint not null,
  constraint letters_noted_pkey PRIMARY KEY (one),
  constraint letters_noted_one_check CHECK (one)
);

CREATE INDEX alert_told ON wecom_adapter.alert USING btree (told_at) WHERE (told_at IS NOT NULL);

CREATE INDEX alert_untold ON wecom_adapter.alert USING btree (at, key) WHERE (told_at IS NULL);

CREATE INDEX card_check ON wecom_adapter.card USING btree (check_at) WHERE (check_at IS NOT NULL);

CREATE INDEX card_order ON wecom_adapter.card USING btree (order_id);

CREATE INDEX card_other_sp_no ON wecom_adapter.card USING btree (other_sp_no) WHERE (other_sp_no IS NOT NULL);

CREATE INDEX card_sp_no ON wecom_adapter.card USING btree (sp_no) WHERE (sp_no IS NOT NULL);

CREATE INDEX heard_at ON wecom_adapter.heard USING btree (at);
