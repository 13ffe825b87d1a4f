-- How often the order was amended when its ask was decided.
alter table credit.hold add column revision integer not null default 0;
