-- What rules were asked about the way of a shipment, what they said, and which they were, as JSON; null where they were not asked.
alter table logistics.shipment add column record text;
