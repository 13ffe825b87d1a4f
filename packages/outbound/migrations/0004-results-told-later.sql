-- A call that the partner has taken and tells the result of later: its receipt, and until when the result is waited for. After that the outcome is
-- as unknown as any. Kept with a call that was given up, since it may still be carried out.
alter table outbound.call add column receipt text;
alter table outbound.call add column result_by timestamptz;
alter table outbound.call add constraint receipt_has_deadline check ((receipt is null) = (result_by is null));
