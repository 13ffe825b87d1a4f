-- How often the order was amended when its ask was decided; the lines of an earlier revision stay, for whoever asks about them.
alter table inventory.stock_lock add column revision integer not null default 0;
alter table inventory.lock_line add column revision integer not null default 0;
alter table inventory.lock_line drop constraint lock_line_pkey;
alter table inventory.lock_line add primary key (order_id, revision, line_no);
