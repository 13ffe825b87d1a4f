import type { Migrations } from './migrate.ts';

/** What of a service tells which tables it needs. */
export interface NeedsTables {
  readonly name: string;
  readonly migrations: URL;
  readonly mechanisms?: readonly Migrations[];
}

/** Every set of migrations that these services need, each mechanism's once, in the order in which they run. */
export function migrationsOf(services: readonly NeedsTables[]): readonly Migrations[] {
  const messaging = { schema: 'messaging', folder: new URL('../../migrations/', import.meta.url), shared: true };
  const mechanisms = new Map(services.flatMap(({ mechanisms: all = [] }) => all.map((set) => [set.schema, set])));
  return [messaging, ...mechanisms.values(), ...services.map(({ name, migrations }) => ({ schema: schemaOf(name), folder: migrations }))];
}

/** The schema of a service, which is also its role. */
export const schemaOf = (name: string): string => name.replaceAll('-', '_');
