-- what was known of the customer when the question was asked, as JSON
alter table approvals.task add column evidence text not null default '[]';
