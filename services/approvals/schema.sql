-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table approvals.delegation (
  delegation_id text not null,
  revision integer not null,
  state text not null,
  absent text not null,
  deputy text not null,
  since timestamp with time zone not null,
  until timestamp with time zone not null,
  reason text not null,
  requested_by text not null,
  changed_at timestamp with time zone default now() not null,
  constraint delegation_pkey PRIMARY KEY (delegation_id),
  constraint delegation_check CHECK ((absent <> deputy)),
  constraint delegation_revision_check CHECK ((revision > 0)),
  constraint delegation_state_check CHECK ((state = ANY (ARRAY['standing'::text, 'ended'::text])))
);

create table approvals.task (
  approval_id text not null,
  order_id text not null,
  subject text not null,
  status text not null,
  customer_id text not null,
  region text not null,
  role text not null,
  amount bigint not null,
  reason text not null,
  detail text not null,
  deadline timestamp with time zone not null,
  decided_by text,
  comment text,
  decided_at timestamp with time zone,
  changed_at timestamp with time zone default now() not null,
  revision integer default 0 not null,
  remind_at timestamp with time zone,
  escalate_at timestamp with time zone,
  escalate_to text,
  escalated_to text default ''::text not null,
  on_behalf_of text default ''::text not null,
  requested_by text default ''::text not null,
  decider text,
  record text,
  evidence text default '[]'::text not null,
  prices text default '[]'::text not null,
  constraint task_pkey PRIMARY KEY (approval_id),
  constraint no_self_approval CHECK (((requested_by = ''::text) OR (decided_by IS NULL) OR ((decided_by <> requested_by) AND (decider <> requested_by) AND (on_behalf_of <> requested_by)))),
  constraint task_check CHECK (((status = ANY (ARRAY['granted'::text, 'denied'::text])) = ((decided_by IS NOT NULL) AND (comment IS NOT NULL) AND (decided_at IS NOT NULL)))),
  constraint task_check1 CHECK (((status = 'open'::text) OR ((remind_at IS NULL) AND (escalate_at IS NULL)))),
  constraint task_check2 CHECK (((escalate_at IS NULL) = (escalate_to IS NULL))),
  constraint task_check3 CHECK (((decider IS NULL) = (decided_by IS NULL))),
  constraint task_status_check CHECK ((status = ANY (ARRAY['open'::text, 'granted'::text, 'denied'::text, 'expired'::text, 'withdrawn'::text])))
);

create table approvals.withdrawal (
  order_id text not null,
  at timestamp with time zone default now() not null,
  revision integer default 0 not null,
  constraint withdrawal_pkey PRIMARY KEY (order_id)
);

CREATE INDEX delegation_until ON approvals.delegation USING btree (until);

CREATE INDEX task_deadline ON approvals.task USING btree (deadline) WHERE (status = 'open'::text);

CREATE INDEX task_due ON approvals.task USING btree (LEAST(remind_at, escalate_at, deadline)) WHERE (status = 'open'::text);

CREATE INDEX task_order ON approvals.task USING btree (order_id);
