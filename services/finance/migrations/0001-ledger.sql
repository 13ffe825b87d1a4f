create table finance.entry (
  order_id text primary key,
  entry_no bigint not null unique check (entry_no > 0),
  customer_id text not null,
  customer_name text not null,
  region text not null,
  amount bigint not null,
  booked_amount bigint not null,
  agrees boolean not null generated always as (amount = booked_amount) stored,
  sale_order_code text not null,
  receivable_code text not null,
  contract_id text not null,
  waybill text not null,
  placed_at timestamptz not null,
  confirmed_at timestamptz not null,
  recorded_at timestamptz not null
);

-- one row: who holds its lock may append, so that numbers have no gaps
create table finance.ledger_end (
  one_row boolean primary key default true check (one_row),
  last_entry_no bigint not null
);
insert into finance.ledger_end (last_entry_no) values (0);
