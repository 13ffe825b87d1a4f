-- What is large is compressed before it comes here: trying again would only cost time.
alter table messaging.outbox alter column records set storage external;
