import type { CallResult, PendingCall } from '@order-mesh/outbound';
import type { Opened } from '@order-mesh/privacy';
import type { Consignment } from '../usecases/ports.ts';
import { withContacts } from './with-contacts.ts';

const open = { contact: '王芳', phone: '13812341234', region: '江苏省', city: '苏州市', street: '人民路1号' };
const sealed = { contact: '', phone: '', region: '江苏省', city: '苏州市', street: 'sealed' };
const call: PendingCall<Consignment> = { key: 'book/O1', operation: 'book', orderId: 'O1', ledger: 'C1', request: { orderId: 'O1', customerName: '华东文具', shipTo: sealed, goods: [] }, giveUpAt: 1, askedAt: 0, attempts: 0 };

/** A carrier that answers so, behind contacts that open so. */
function carrier(opened: Opened, answer: CallResult<{ readonly carrier: string; readonly waybill: string }>) {
  const told: Consignment[] = [];
  const operations = withContacts({
    book: { kind: 'repeatable', perform: async ([one]) => { if (one) told.push(one.request); return [answer]; } },
    'call-off': { kind: 'repeatable', perform: async () => [{ type: 'answered', answer: null }] },
  }, { open: async () => opened });
  return { told, book: () => operations.book.perform([call], new AbortController().signal) };
}

describe('a carrier', () => {
  it('is told the contact, and its words come back without it', async () => {
    const { told, book } = carrier({ type: 'open', address: open }, { type: 'refused', reason: 'refused-by-carrier', detail: '1016 收件电话13812341234无效，人民路1号 王芳' });
    expect(await book()).toEqual([{ type: 'refused', reason: 'refused-by-carrier', detail: '1016 收件电话***无效，*** ***' }]);
    expect(told).toMatchObject([{ shipTo: open }]);
    expect(call.request.shipTo).toBe(sealed);
  });

  it('is not asked where the contact was erased', async () => {
    const { told, book } = carrier({ type: 'erased' }, { type: 'answered', answer: { carrier: 'SF', waybill: 'SF1' } });
    expect(await book()).toMatchObject([{ type: 'refused', reason: 'contact-erased' }]);
    expect(told).toEqual([]);
  });
});
