-- an order that is amended is asked about anew: a question is known by its revision, and taken back up to one
alter table approvals.task add column revision integer not null default 0;
alter table approvals.withdrawal add column revision integer not null default 0;
