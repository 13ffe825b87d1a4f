-- Whose contract it is: what is asked of the provider about it takes the turns of this customer. Empty in what was drawn up before.
alter table contract.contract add column customer_id text not null default '';
