-- Up to which number all dead letters are noted as alerts.
create table wecom_adapter.letters_noted (
  one boolean primary key default true check (one),
  up_to bigint not null
);
