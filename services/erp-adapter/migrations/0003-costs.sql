-- Costs are read from the products' list, from its beginning and with a position of their own.
alter table erp_adapter.fact drop constraint fact_kind_check, add constraint fact_kind_check check (kind in ('customer', 'product', 'cost', 'stock', 'receivable'));
