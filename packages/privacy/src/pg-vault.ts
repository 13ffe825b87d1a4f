import { sealedIn, sealedText, type Address, type Sealed } from '@order-mesh/contracts';
import { Lately, MeshError, seconds, type Clock, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { query, type Database } from '@order-mesh/platform';
import { cipherOf, openUnder, sealUnder, type Cipher, type ContactKey } from './cipher.ts';
import { eraseKeys } from './key-rows.ts';
import type { ContactVault, Delivery, Opened } from './vault.ts';

interface KeyRow {
  readonly key_id: string;
  readonly person: string;
  readonly wrapped: string | null;
}

interface Kept {
  readonly key: ContactKey;
  readonly until: Instant;
}

const MOST_READY = 10_000;
/** What another process has erased can be opened here for so long at most. */
const KEPT_READY_FOR = seconds(30);

/** Keeps keys in PostgreSQL, schema `privacy`, wrapped under a master key that the database does not have. */
export function pgVault(master: string, { database, clock }: { readonly database: Pick<Database, 'query'>; readonly clock: Clock }): ContactVault {
  const cipher = cipherOf(master);
  const ready = new Lately<string, Kept>(MOST_READY);
  const readied = ({ key_id: id, wrapped }: Pick<KeyRow, 'key_id' | 'wrapped'>): ContactKey => {
    const key = wrapped === null ? null : cipher.unwrap(id, wrapped);
    if (!key) throw new MeshError('BAD_CONFIG', { advice: `the contact key ${id} was wrapped under another master key: check PRIVACY_KEY` });
    ready.put(id, { key, until: clock.now() + KEPT_READY_FOR });
    return key;
  };
  const find = async (id: string): Promise<ContactKey | 'erased' | 'unreadable'> => {
    const kept = ready.get(id);
    if (kept && kept.until > clock.now()) return kept.key;
    const [row] = await database.query<Pick<KeyRow, 'key_id' | 'wrapped'>>({ name: 'privacy.find-key', text: 'select key_id, wrapped from privacy.contact_key where key_id = $1', values: [id] });
    if (!row) return 'unreadable';
    return row.wrapped === null ? 'erased' : readied(row);
  };
  const erase = eraseKeys(query);
  return {
    check: () => checkMaster(database, cipher),
    async seal(tx, deliveries) {
      const keys = await keysOf(tx, deliveries, { cipher, readied });
      return deliveries.map((delivery) => sealed(delivery, keys.get(personIn(cipher, delivery))));
    },
    async open(orderId, address) {
      const content = sealedIn(address.street);
      if (!content) return { type: 'open', address };
      const key = await find(content.key);
      return typeof key === 'string' ? { type: key } : opened(key, { orderId, address, content });
    },
    async erase(tx, what) {
      const erased = await erase(tx, what);
      for (const { key } of erased) ready.put(key, { key: FORGOTTEN, until: 0 });
      return erased;
    },
  };
}

// its time is over before it begins
const FORGOTTEN: ContactKey = { id: '', content: Buffer.alloc(0), nonce: Buffer.alloc(0) };

async function checkMaster(database: Pick<Database, 'query'>, { print }: Cipher): Promise<void> {
  await database.query({ name: 'privacy.begin', text: 'insert into privacy.master (print) values ($1) on conflict do nothing', values: [print] });
  const [master] = await database.query<{ readonly print: string }>({ name: 'privacy.master', text: 'select print from privacy.master' });
  if (master?.print === print) return;
  throw new MeshError('BAD_CONFIG', { advice: 'PRIVACY_KEY is not the master key that the contacts in this database were sealed under: give it that one; without it nobody can read them any more' });
}

const personIn = ({ personOf }: Cipher, { customerId, shipTo: { contact, phone } }: Delivery): string => personOf([customerId, contact, phone]);

interface Means {
  readonly cipher: Cipher;
  readonly readied: (row: KeyRow) => ContactKey;
}

/** The keys of the contacts of these deliveries, by person; new contacts get theirs now. */
async function keysOf(tx: Transaction, deliveries: readonly Delivery[], { cipher, readied }: Means): Promise<ReadonlyMap<string, ContactKey>> {
  const customers = new Map(deliveries.map((delivery) => [personIn(cipher, delivery), delivery.customerId]));
  if (customers.size === 0) return new Map();
  const known = await query<KeyRow>(tx, {
    name: 'privacy.load-keys', text: 'select key_id, person, wrapped from privacy.contact_key where person = any($1::text[])', values: [[...customers.keys()]],
  });
  const found = new Set(known.map(({ person }) => person));
  // one order of rows for everybody, so that two processes never wait for each other
  const missing = [...customers.keys()].filter((person) => !found.has(person)).sort();
  const made = missing.length === 0 ? [] : await makeKeys(tx, missing.map((person) => ({ person, customerId: customers.get(person) ?? '', ...cipher.make() })));
  return new Map([...known, ...made].map((row) => [row.person, readied(row)]));
}

interface NewKey {
  readonly person: string;
  readonly customerId: string;
  readonly key: ContactKey;
  readonly wrapped: string;
}

function makeKeys(tx: Transaction, keys: readonly NewKey[]): Promise<readonly KeyRow[]> {
  return query<KeyRow>(tx, {
    name: 'privacy.make-keys',
    // who made one at the same moment was first: everybody goes on with that one
    text: `insert into privacy.contact_key (key_id, customer_id, person, wrapped) select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
      on conflict (person) do update set person = excluded.person returning key_id, person, wrapped`,
    values: [keys.map(({ key }) => key.id), keys.map(({ customerId }) => customerId), keys.map(({ person }) => person), keys.map(({ wrapped }) => wrapped)],
  });
}

function sealed({ orderId, shipTo: { contact, phone, region, city, street } }: Delivery, key: ContactKey | undefined): Address {
  if (!key) throw new MeshError('BROKEN_PROMISE', { advice: `no key was made for the contact of order ${orderId}` });
  return { contact: '', phone: '', region, city, street: sealedText({ key: key.id, content: sealUnder(key, orderId, JSON.stringify([contact, phone, street])) }) };
}

interface SealedAddress {
  readonly orderId: string;
  readonly address: Address;
  readonly content: Sealed;
}

function opened(key: ContactKey, { orderId, address: { region, city }, content }: SealedAddress): Opened {
  const text = openUnder(key, orderId, content.content);
  if (text === null) return { type: 'unreadable' };
  const [contact = '', phone = '', street = '']: readonly string[] = JSON.parse(text);
  return { type: 'open', address: { contact, phone, region, city, street } };
}
