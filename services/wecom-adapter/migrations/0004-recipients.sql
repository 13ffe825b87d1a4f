-- roles that are told, as rules said, and what those were asked; nobody: it was noted and is not told. What was noted before is for those who look after the mesh
alter table wecom_adapter.alert add column recipients text[] not null default '{group}';
alter table wecom_adapter.alert add column record text;
