-- The messages of an order that one batch brought, in one row. A message that was published twice may stand in two pages; readers show it once.
create table gateway.timeline_page (
  order_id text not null,
  -- that of the first message
  id text not null,
  -- JSON that is never searched: as text, and not compressed below 8 KB, it costs a third of the time to write
  entries text not null,
  primary key (order_id, id)
) with (toast_tuple_target = 8160);

insert into gateway.timeline_page (order_id, id, entries)
  select order_id, min(id), jsonb_agg(jsonb_build_object('id', id, 'at', round(extract(epoch from at) * 1000), 'type', type, 'summary', summary, 'value', value) order by at, id)::text
    from gateway.timeline group by order_id;
-- gateway.timeline is not written any more; it goes with the release after this one
