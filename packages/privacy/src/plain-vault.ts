import { sealedIn } from '@order-mesh/contracts';
import { MeshError } from '@order-mesh/kernel';
import { query, type Database } from '@order-mesh/platform';
import { eraseKeys } from './key-rows.ts';
import type { ContactVault } from './vault.ts';

/** Without a master key nothing is sealed. */
export function plainVault(database: Pick<Database, 'query'>): ContactVault {
  return {
    async check() {
      const [master] = await database.query({ name: 'privacy.master', text: 'select print from privacy.master' });
      if (master) throw withoutKey();
    },
    seal: async (_, deliveries) => deliveries.map(({ shipTo }) => shipTo),
    async open(_, address) {
      if (sealedIn(address.street)) throw withoutKey();
      return { type: 'open', address };
    },
    erase: eraseKeys(query),
  };
}

const withoutKey = (): MeshError => new MeshError('BAD_CONFIG', {
  advice: 'contacts in this database are sealed: PRIVACY_KEY_FILE must name the file with their master key (or PRIVACY_KEY hold it)',
});
