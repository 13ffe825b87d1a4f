-- What the CRM is to show of an order: all that was reported of it, the later over the earlier. Whichever call reports it writes what stands here, so an old one never writes over a new one.
create table crm_adapter.report (
  order_id  text primary key,
  version   bigint not null,
  report    jsonb not null
);
