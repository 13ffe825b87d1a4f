import pg from 'pg';
import { connected } from './migrate.ts';

/** Lets a login act as a role. */
export interface Grant {
  readonly role: string;
  readonly login: string;
}

/** Reads "role=login|login, role=login"; null where a part is not of that form. */
export function grantsIn(text: string): readonly Grant[] | null {
  const parts = text.split(',').map((part) => part.trim()).filter((part) => part !== '').map((part) => /^([a-z_][a-z0-9_]*)=([^=]+)$/.exec(part));
  if (parts.includes(null)) return null;
  return parts.flatMap((part) => (part?.[2] ?? '').split('|').map((login) => ({ role: part?.[1] ?? '', login: login.trim() })));
}

/** Grants them, but to the login that grants. Doing it again changes nothing. */
export async function grantRoles(url: string, grants: readonly Grant[]): Promise<void> {
  const client = await connected(url);
  try {
    const { rows: [me] } = await client.query<{ name: string }>('select current_user as name');
    for (const { role, login } of grants) {
      if (login !== me?.name && login !== role) await client.query(`grant ${pg.escapeIdentifier(role)} to ${pg.escapeIdentifier(login)}`);
    }
  } finally {
    await client.end();
  }
}
