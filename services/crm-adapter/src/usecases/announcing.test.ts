import { fen } from '@order-mesh/kernel';
import type { Announcement } from '../domain/announce.ts';
import { sealed } from './announcing.ts';
import type { Contacts } from './ports.ts';

const placed = (orderId: string): Announcement => ({
  type: 'OrderPlaced',
  value: {
    orderId, source: 'salesforce', externalId: orderId, customerId: 'C1', customerName: '海风商贸', region: '华东', lines: [], amount: fen(1), placedAt: 1, placedBy: '',
    shipTo: { contact: '王芳', phone: '13812341234', region: '上海', city: '上海', street: '南京东路 1 号' },
  },
});
const cancelled: Announcement = { type: 'CancelRequested', value: { orderId: 'A2', reason: 'cancelled in Salesforce', requestedBy: 'salesforce', requestedAt: 1 } };

it('seals the contact of each order before anybody is told of it, all in one, and leaves the rest as it is', async () => {
  const asked: (readonly string[])[] = [];
  const contacts: Contacts = {
    async seal(_, deliveries) {
      asked.push(deliveries.map(({ orderId, customerId }) => `${customerId} ${orderId}`));
      return deliveries.map(({ orderId, shipTo: { region, city } }) => ({ contact: '', phone: '', region, city, street: `sealed ${orderId}` }));
    },
  };
  const told = await sealed(contacts, { kind: 'memory' }, [placed('A1'), cancelled, placed('A3')]);
  expect(told).toMatchObject([{ type: 'OrderPlaced', value: { orderId: 'A1', shipTo: { phone: '', street: 'sealed A1' } } }, cancelled, { value: { orderId: 'A3', shipTo: { street: 'sealed A3' } } }]);
  expect(asked).toEqual([['C1 A1', 'C1 A3']]);
  expect(await sealed(contacts, { kind: 'memory' }, [cancelled])).toEqual([cancelled]);
  expect(asked).toHaveLength(1);
});
