-- those whom a task is escalated to have a card of their own
alter table wecom_adapter.card add column other_sp_no text;
create index card_other_sp_no on wecom_adapter.card (other_sp_no) where other_sp_no is not null;
