-- What was taken off the prices an order was ordered for; amount is what remains. What was recorded before had nothing taken off.
alter table finance.entry add column discount bigint not null default 0;
