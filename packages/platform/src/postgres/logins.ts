import pg from 'pg';
import { connected, GROUP, HOST_ROLE } from './migrate.ts';
import { schemaOf } from './migrations-of.ts';

/** Runs migrations and owns what they make; acts for no service. */
export const OWNER = 'order_mesh_owner';
/** Reads everything and changes nothing. */
export const OPERATOR = 'order_mesh_operator';

/** The logins that a mesh needs in its database: `services` by their names, all services of one process, who looks, and who migrates. */
export const databaseLogins = (services: readonly string[]): readonly string[] => [...services.map(schemaOf), HOST_ROLE, OPERATOR, OWNER];

/**
 * Lets each of `databaseLogins` log in with the password that `passwordOf` knows, and may do what it needs; to be asked for by a superuser. What stands in the database already
 * passes to the owner. Doing it again changes nothing but the passwords, where those are others.
 */
export async function ensureLogins(url: string, services: readonly string[], passwordOf: (login: string) => string): Promise<void> {
  const client = await connected(url);
  try {
    const roles = [GROUP, ...databaseLogins(services)];
    const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles where rolname = any($1)', [roles]);
    const there = new Set(rows.map(({ rolname }) => rolname));
    const missing = roles.filter((role) => !there.has(role)).map((role) => `create role ${role}`);
    const passwords = databaseLogins(services).map((login) => `alter role ${login} login nosuperuser nocreatedb noreplication nobypassrls ${login === OWNER ? 'createrole' : 'nocreaterole'} password ${pg.escapeLiteral(passwordOf(login))}`);
    // whoever migrates gives roles to each other, and becomes none of them
    const lent = roles.filter((role) => role !== OWNER && role !== OPERATOR).map((role) => `grant ${role} to ${OWNER} with admin true, inherit false, set false`);
    await client.query([...missing, ...passwords, ...lent, `grant pg_read_all_data to ${OPERATOR}`, RIGHTS_OF_OWNER, HAND_OVER].join(';\n'));
  } finally {
    await client.end();
  }
}

const RIGHTS_OF_OWNER = `do $$ begin execute format('grant create on database %I to ${OWNER}', current_database()); end $$`;

/** A database of before belongs to the superuser, table by table; sequences of columns and indexes go with their tables. */
const HAND_OVER = `do $$
declare
  ours constant oid[] := (select coalesce(array_agg(oid), '{}') from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public'));
  one record;
begin
  for one in select nspname as name from pg_namespace where oid = any(ours) and nspowner = current_user::regrole loop
    execute format('alter schema %I owner to ${OWNER}', one.name);
  end loop;
  for one in select c.oid::regclass::text as name, case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind from pg_class c
      where c.relnamespace = any(ours) and c.relowner = current_user::regrole and c.relkind in ('r', 'p', 'v', 'm', 'S')
        and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and c.relkind = 'S') loop
    execute format('alter %s %s owner to ${OWNER}', one.kind, one.name);
  end loop;
  for one in select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace = any(ours) and p.proowner = current_user::regrole loop
    execute format('alter routine %s owner to ${OWNER}', one.name);
  end loop;
  for one in select t.oid::regtype::text as name from pg_type t where t.typnamespace = any(ours) and t.typowner = current_user::regrole and t.typtype in ('d', 'e', 'r') loop
    execute format('alter type %s owner to ${OWNER}', one.name);
  end loop;
end $$`;
