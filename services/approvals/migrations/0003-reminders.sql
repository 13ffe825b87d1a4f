-- before the deadline those who may decide are reminded, and the next role is asked as well; each moment is null once that is done
alter table approvals.task add column remind_at timestamptz;
alter table approvals.task add column escalate_at timestamptz;
alter table approvals.task add column escalate_to text;
alter table approvals.task add column escalated_to text not null default '';
alter table approvals.task add check (status = 'open' or (remind_at is null and escalate_at is null));
alter table approvals.task add check ((escalate_at is null) = (escalate_to is null));
create index task_due on approvals.task (least(remind_at, escalate_at, deadline)) where status = 'open';
