-- Whose orders and approvals these are, to be listed by. Generated, so that the release before this one may go on writing rows.
alter table gateway.order_view add column region text generated always as (left(state -> 'placement' ->> 'region', 100)) stored;
create index order_view_region on gateway.order_view (region, placed_at, order_id) where placed_at is not null;
create index order_view_source on gateway.order_view (source, placed_at, order_id) where placed_at is not null;

alter table gateway.approval
  add column customer_id text generated always as (left(state -> 'question' ->> 'customerId', 100)) stored,
  add column region text generated always as (left(state -> 'question' ->> 'region', 100)) stored;
create index approval_customer on gateway.approval (customer_id, deadline, approval_id) where deadline is not null;
create index approval_region on gateway.approval (region, deadline, approval_id) where deadline is not null;
