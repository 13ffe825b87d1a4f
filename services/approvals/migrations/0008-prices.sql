-- what the order was to bring when the question was asked, as JSON
alter table approvals.task add column prices text not null default '[]';
