-- Numbers are counted in series, so that orders of different partitions do not wait for each other; what was numbered before is series 0.
alter table finance.entry add column series integer not null default 0 check (series >= 0);
alter table finance.entry drop constraint entry_entry_no_key;
alter table finance.entry add unique (series, entry_no);

-- one row a series: who holds its lock may append to it, so that numbers have no gaps
create table finance.series_end (
  series integer primary key,
  last_entry_no bigint not null
);
insert into finance.series_end (series, last_entry_no) select 0, last_entry_no from finance.ledger_end;
drop table finance.ledger_end;
