create table pricing.product (
  sku text primary key,
  -- what a unit costs the company, in fen, with the tax that prices have; null where the ERP does not know it any more
  unit_cost bigint
);
