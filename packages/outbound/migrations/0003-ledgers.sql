-- Within one ledger customers take turns; empty: nobody's in particular.
alter table outbound.call add column customer text not null default '';

-- Ledgers take turns, and each goes by its own rate, so what is due is looked for ledger by ledger.
drop index outbound.call_due;
create index call_due on outbound.call (service, system, ledger, priority desc, next_at) where status in ('asked', 'sent', 'unknown');

-- How often the partner is called, as configured: of the system, and of each ledger.
alter table outbound.partner add column per_second int;
alter table outbound.partner add column ledger_per_second int;

-- Ledgers of which the partner wants fewer calls: left alone by every process of the service.
create table outbound.throttle (
  service text not null,
  system text not null,
  ledger text not null,
  until timestamptz not null,
  detail text not null,
  primary key (service, system, ledger)
);
