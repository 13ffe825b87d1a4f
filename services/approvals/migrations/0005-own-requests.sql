-- nobody decides on an own request, neither in person nor through a deputy: whatever the code above does, the table takes no such row
alter table approvals.task add column requested_by text not null default '';
-- one name for one person, however the decision was signed
alter table approvals.task add column decider text;
update approvals.task set decider = decided_by where decided_by is not null;
alter table approvals.task add check ((decider is null) = (decided_by is null));
alter table approvals.task add constraint no_self_approval
  check (requested_by = '' or decided_by is null or (decided_by <> requested_by and decider <> requested_by and on_behalf_of <> requested_by));
