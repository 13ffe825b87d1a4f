import { sealedIn, sealedText, type Address } from '@order-mesh/contracts';
import type { Contacts, ErasedKey } from '../usecases/ports.ts';

/** Keeps contacts in memory: sealed by name alone when `seals`, else as they are. For unit tests. */
export function memoryContacts({ seals = false }: { readonly seals?: boolean } = {}): Contacts {
  const persons = new Map<string, { readonly customerId: string; readonly address: Address; erased: boolean }>();
  return {
    seal: (_, deliveries) => Promise.resolve(deliveries.map(({ customerId, shipTo }) => {
      if (!seals) return shipTo;
      const key = `${customerId}-${Buffer.from(`${shipTo.contact}${shipTo.phone}`).toString('base64url')}`.padEnd(KEY_LENGTH, '-').slice(0, KEY_LENGTH);
      persons.set(key, persons.get(key) ?? { customerId, address: shipTo, erased: false });
      return { contact: '', phone: '', region: shipTo.region, city: shipTo.city, street: sealedText({ key, content: 'content' }) };
    })),
    open(_, address) {
      const sealed = sealedIn(address.street);
      if (!sealed) return Promise.resolve({ type: 'open', address });
      const person = persons.get(sealed.key);
      return Promise.resolve(person && !person.erased ? { type: 'open', address: person.address } : { type: person ? 'erased' : 'unreadable' });
    },
    erase: (_, what) => Promise.resolve([...persons].filter(([key, { customerId }]) => ('keys' in what ? what.keys.includes(key) : customerId === what.customerId)).map(([key, person]): ErasedKey => {
      const isNew = !person.erased;
      person.erased = true;
      return { key, customerId: person.customerId, isNew };
    })),
  };
}

const KEY_LENGTH = 22;
