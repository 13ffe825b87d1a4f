-- U8's receipt for a sales order that was given up and that U8 may enter still: nothing of the order is gone before that is over.
alter table erp_adapter.booking add column outstanding text;
