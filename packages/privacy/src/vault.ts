import type { Address } from '@order-mesh/contracts';
import type { Transaction } from '@order-mesh/messaging';

/** Where an order goes, and whose order it is. */
export interface Delivery {
  readonly orderId: string;
  readonly customerId: string;
  readonly shipTo: Address;
}

/** What became of a sealed contact: it can be read; its key was erased; or it was never sealed here for this order (forged, or taken from another one). */
export type Opened =
  | { readonly type: 'open'; readonly address: Address }
  | { readonly type: 'erased' | 'unreadable' };

/** The keys that an erasure is about. */
export type Erasable = { readonly keys: readonly string[] } | { readonly customerId: string };

export interface ErasedKey {
  readonly key: string;
  readonly customerId: string;
  /** False where it was erased before. */
  readonly isNew: boolean;
}

/** Seals the contacts of deliveries, opens them, and can have them forgotten. */
export interface ContactVault {
  /** Fails with BAD_CONFIG unless the master key is the one that the contacts of this database were sealed under. */
  check(): Promise<void>;
  /** The same addresses, in their order, with contact, phone and street sealed. The same delivery gives the same bytes until its contact is erased. One statement, two where a contact is new. */
  seal(tx: Transaction, deliveries: readonly Delivery[]): Promise<readonly Address[]>;
  /** Opens an address of an order; one that is not sealed is open. Throws BAD_CONFIG where the master key is missing, or is another. */
  open(orderId: string, address: Address): Promise<Opened>;
  /** Destroys keys, and tells of each that there is or was. */
  erase(tx: Transaction, what: Erasable): Promise<readonly ErasedKey[]>;
}

/** The address as it may be shown where nothing of a contact is left. */
export const withoutContact = ({ region, city }: Address): Address => ({ contact: '***', phone: '***', region, city, street: '***' });
