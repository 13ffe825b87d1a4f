-- How often the order was amended before: another contract took the place of a void one so often.
alter table contract.contract add column revision integer not null default 0;
