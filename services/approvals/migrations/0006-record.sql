-- What the rules of approval-flow were asked and said; null for questions older than that.
alter table approvals.task add column record text;
