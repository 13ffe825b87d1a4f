import { sealedIn, type Address } from '@order-mesh/contracts';
import { MeshError, systemClock } from '@order-mesh/kernel';
import { openDatabase, type Database } from '@order-mesh/platform';
import { openVault, type ContactVault } from '@order-mesh/privacy';
import type { Found } from '../where.ts';

/** Whose: the contact of one order, or all contacts of a customer. */
export type HeldOf = { readonly orderId: string } | { readonly customerId: string };

/** What is held of the contact of an order. */
export interface HeldOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly placedAt: string;
  readonly status: string;
  /** sealed: readable with the key; erased: by nobody any more; masked: it came in unsealed, and is kept as shown here. */
  readonly held: 'sealed' | 'erased' | 'masked';
  readonly contact: Address;
  /** Signed documents, which name the contact and are kept as evidence. */
  readonly documents: readonly { readonly signFlowId: string; readonly sha256: string; readonly keptAt: string }[];
  /** Partners that were told the contact. */
  readonly told: readonly { readonly system: string; readonly operation: string; readonly at: string }[];
  /** Records that could not be taken and name the order. */
  readonly deadLetters: readonly string[];
}

interface Row {
  readonly orderId: string;
  readonly customerId: string;
  readonly placedAt: number;
  readonly status: string;
  readonly shipTo: Address;
  readonly documents: HeldOrder['documents'];
  readonly told: HeldOrder['told'];
  readonly deadLetters: readonly string[];
}

/** Reads all that is held, oldest order first. Throws DATABASE_UNREACHABLE, BAD_CONFIG. */
export async function heldOf(of: HeldOf, { at, from }: Found, key: string): Promise<readonly HeldOrder[]> {
  const database = openDatabase({ url: at, applicationName: 'mesh privacy', connections: 1, onTrouble: () => {} });
  try {
    const vault = openVault(key, { database, clock: systemClock });
    const rows = await read(database, of).catch((cause: unknown) => { throw unreadable({ at, from }, cause); });
    const held: HeldOrder[] = [];
    for (const row of rows) held.push(await heldIn(row, vault));
    return held;
  } finally {
    await database.close();
  }
}

async function heldIn({ placedAt, shipTo, ...row }: Row, vault: Pick<ContactVault, 'open'>): Promise<HeldOrder> {
  const opened = await vault.open(row.orderId, shipTo);
  const { region, city } = shipTo;
  const contact = opened.type === 'open' ? opened.address : { contact: '', phone: '', region, city, street: '' };
  const held = !sealedIn(shipTo.street) ? 'masked' : opened.type === 'open' ? 'sealed' : 'erased';
  return { ...row, placedAt: new Date(placedAt).toISOString(), held, contact };
}

const MOST = 10_000;

function read(database: Database, of: HeldOf): Promise<readonly Row[]> {
  const [which, value] = 'orderId' in of ? ['o.order_id = $1', of.orderId] : ['o.customer_id = $1', of.customerId];
  return database.query<Row>({
    name: `privacy.held:${which}`,
    text: `select o.order_id as "orderId", o.customer_id as "customerId", o.placed_at as "placedAt", o.status, o.goods -> 'shipTo' as "shipTo",
        array(select json_build_object('signFlowId', d.sign_flow_id, 'sha256', d.sha256, 'keptAt', d.kept_at) from contract.document d where d.order_id = o.order_id order by d.kept_at) as documents,
        array(select json_build_object('system', c.system, 'operation', c.operation, 'at', c.created_at) from outbound.call c
          where c.order_id = o.order_id and (c.service, c.operation) in (('contract', 'draft'), ('logistics', 'book')) order by c.created_at) as told,
        array(select l.id::text from messaging.dead_letter l where l.order_id = o.order_id order by l.id) as "deadLetters"
      from gateway.order_view o where ${which} and o.goods is not null order by o.placed_at, o.order_id limit ${MOST}`,
    values: [value],
  });
}

function unreadable({ at, from }: Found, cause: unknown): MeshError {
  const { host } = new URL(at);
  return new MeshError('DATABASE_UNREACHABLE', { advice: `there are no orders to read in PostgreSQL at ${host} (${from}): ${cause instanceof Error ? cause.message : String(cause)}; check DATABASE_URL and whether it runs`, cause });
}
