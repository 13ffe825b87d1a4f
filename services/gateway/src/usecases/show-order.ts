import { sealedAddressIn, shownAddress } from '../domain/mask.ts';
import type { Contacts, OrderDetail, Reader } from './ports.ts';

export type ShowOrder = (orderId: string, may: { readonly seesContacts: boolean }) => Promise<OrderDetail | null>;

/** An order with its timeline, its contact as far as whoever asks may see it. What was not sealed was masked for good when it was kept. */
export const showOrder = ({ reader, contacts }: { readonly reader: Pick<Reader, 'order'>; readonly contacts: Pick<Contacts, 'open'> }): ShowOrder => async (orderId, may) => {
  const found = await reader.order(orderId);
  const address = sealedAddressIn(found?.goods);
  if (!found || !address) return found;
  const opened = await contacts.open(orderId, address);
  return { ...found, goods: { ...Object(found.goods), shipTo: shownAddress(opened.type === 'open' ? opened.address : null, address, may) } };
};
