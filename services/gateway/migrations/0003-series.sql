-- Finance numbers confirmed orders in series; what was numbered before is series 0.
alter table gateway.confirmed_order add column series integer not null default 0;
