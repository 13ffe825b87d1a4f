-- What rules were asked about an order, what they said, and which they were, as JSON; and when the order came to the mesh.
alter table credit.hold add column started_at timestamptz;
alter table credit.hold add column record text;
