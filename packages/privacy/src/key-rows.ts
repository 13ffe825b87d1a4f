import type { query as Query } from '@order-mesh/platform';
import type { ContactVault, ErasedKey } from './vault.ts';

/** Destroys keys in the table; who they were of is forgotten with them. */
export const eraseKeys = (query: typeof Query): ContactVault['erase'] => (tx, what) => query<ErasedKey>(tx, 'keys' in what
  ? { name: 'privacy.erase-keys', text: erasing('key_id = any($1::text[])'), values: [what.keys] }
  : { name: 'privacy.erase-customer', text: erasing('customer_id = $1'), values: [what.customerId] });

const erasing = (which: string): string => `with erased as (
    update privacy.contact_key set wrapped = null, person = null, erased_at = now() where ${which} and wrapped is not null returning key_id)
  select key_id as key, customer_id as "customerId", key_id in (select key_id from erased) as "isNew" from privacy.contact_key where ${which} order by key_id`;
