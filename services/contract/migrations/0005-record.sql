-- What rules were asked about the form of a contract, what they said, and which they were, as JSON; null where they were not asked.
alter table contract.contract add column record text;
