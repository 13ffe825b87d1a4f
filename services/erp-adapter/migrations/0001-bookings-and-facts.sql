-- Where each order's booking in the ERP stands, for ever: an order taken back is never booked again.
create table erp_adapter.booking (
  order_id          text primary key,
  customer_id       text not null,
  status            text not null,
  sale_order_code   text,
  receivable_code   text,
  -- fen, as the ERP read it back
  amount            bigint,
  round             integer,
  -- what is answered once everything is taken back
  then_answer       text,
  reason            text,
  detail            text,
  updated_at        timestamptz not null,
  constraint known_status check (status in ('asked', 'called-off', 'booked', 'taking-back', 'left-over', 'unbooked', 'refused')),
  constraint booked_has_documents check ((status = 'booked') = (sale_order_code is not null and receivable_code is not null and amount is not null)),
  constraint taking_back_has_answer check ((status in ('taking-back', 'left-over')) = (round is not null and then_answer is not null)),
  constraint known_answer check (then_answer in ('unbooked', 'refused')),
  constraint refusal_has_reason check ((status = 'refused' or coalesce(then_answer = 'refused', false)) = (reason is not null and detail is not null))
);

-- Bookings a person or a deadline still has to deal with.
create index booking_open on erp_adapter.booking (updated_at) where status in ('asked', 'called-off', 'taking-back', 'left-over');

-- What was last told to the mesh about the ERP's data.
create table erp_adapter.fact (
  kind      text not null check (kind in ('customer', 'product', 'stock', 'receivable')),
  key       text not null,
  -- only for stock: whose level it is
  sku       text check ((kind = 'stock') = (sku is not null)),
  content   jsonb not null,
  primary key (kind, key)
);

create index fact_stock_of on erp_adapter.fact (sku) where sku is not null;

-- Up to which change each list was read.
create table erp_adapter.list_position (
  kind      text primary key,
  position  bigint not null
);
