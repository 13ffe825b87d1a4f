-- Made of the files in migrations/ by npm run schema: what they come to. Change them, not this.

create table order_orchestrator.order_case (
  order_id text not null,
  kind text not null,
  status text not null,
  opening integer not null,
  step text not null,
  reason text not null,
  detail text not null,
  owner text not null,
  assignee text,
  opened_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  decision text,
  decided_by text,
  note text,
  decided_at timestamp with time zone,
  outcome text,
  closed_at timestamp with time zone,
  constraint order_case_pkey PRIMARY KEY (order_id),
  constraint order_case_check CHECK (((status = 'closed'::text) = ((closed_at IS NOT NULL) AND (outcome IS NOT NULL)))),
  constraint order_case_kind_check CHECK ((kind = ANY (ARRAY['undo-failed'::text, 'stuck'::text]))),
  constraint order_case_opening_check CHECK ((opening > 0)),
  constraint order_case_status_check CHECK ((status = ANY (ARRAY['open'::text, 'retrying'::text, 'closed'::text])))
);

create table order_orchestrator.saga (
  order_id text not null,
  definition text not null,
  status text not null,
  step text,
  state jsonb not null,
  version integer not null,
  deadline timestamp with time zone,
  started_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint saga_pkey PRIMARY KEY (order_id),
  constraint saga_check CHECK (((deadline IS NULL) = (status <> ALL (ARRAY['running'::text, 'undoing'::text])))),
  constraint saga_status_check CHECK ((status = ANY (ARRAY['running'::text, 'undoing'::text, 'confirmed'::text, 'rejected'::text, 'cancelled'::text, 'manual'::text]))),
  constraint saga_version_check CHECK ((version > 0))
) with (fillfactor=70);

CREATE INDEX order_case_due ON order_orchestrator.order_case USING btree (due_at, order_id) WHERE (status <> 'closed'::text);

CREATE INDEX saga_deadline ON order_orchestrator.saga USING btree (deadline) WHERE (deadline IS NOT NULL);

CREATE INDEX saga_ended ON order_orchestrator.saga USING btree (updated_at, order_id) WHERE (status = ANY (ARRAY['confirmed'::text, 'rejected'::text, 'cancelled'::text]));

CREATE INDEX saga_manual ON order_orchestrator.saga USING btree (order_id) WHERE (status = 'manual'::text);
