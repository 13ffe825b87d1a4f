-- what a customer ordered and paid before, for whoever decides on a freeze
create index hold_of_customer on credit.hold (customer_id, started_at);
create index receivable_of_customer on credit.receivable (customer_id, due_at);
