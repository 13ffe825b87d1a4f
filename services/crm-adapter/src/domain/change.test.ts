import { newestOf, toRead, type CrmChange } from './change.ts';

const change = (more: Partial<CrmChange>): CrmChange => ({ kind: 'UPDATE', orderIds: ['801A'], origin: 'com/salesforce/api/rest/62.0;client=sales-desk', status: 'Activated', isAboutContent: false, at: 1, ...more });
const read = (...changes: readonly (CrmChange | 'unreadable')[]) => toRead(changes, 'order-mesh');

describe('a change in the CRM', () => {
  it.each(['Activated', 'Cancelled'])('is followed when an order becomes %s', (status) => {
    expect(read(change({ status, orderIds: ['801A', '801B'] }))).toEqual({ orderIds: ['801A', '801B'], catchUp: false });
  });

  it('means nothing when it leaves status and content alone, makes a draft, or deletes', () => {
    expect(read(change({ status: null }), change({ status: 'Draft', kind: 'CREATE', isAboutContent: true }), change({ kind: 'DELETE' }))).toEqual({ orderIds: [], catchUp: false });
  });

  it('is followed when somebody else than the mesh changes where the goods go', () => {
    expect(read(change({ status: null, isAboutContent: true })).orderIds).toEqual(['801A']);
    expect(read(change({ status: null, isAboutContent: true, origin: ';client=order-mesh' })).orderIds).toEqual([]);
  });

  it('means nothing when the mesh made it, whoever has a longer name', () => {
    expect(read(change({ origin: 'com/salesforce/api/rest/62.0;client=order-mesh' })).orderIds).toEqual([]);
    expect(read(change({ origin: 'com/salesforce/api/rest/62.0;client=not-order-mesh' })).orderIds).toEqual(['801A']);
  });

  it('is read again where the CRM could not say what it was, even after our own writing', () => {
    expect(read(change({ kind: 'GAP_UPDATE', status: null, origin: ';client=order-mesh' })).orderIds).toEqual(['801A']);
  });

  it('makes us catch up when it could not be decoded or there were too many', () => {
    expect(read('unreadable', change({})).catchUp).toBe(true);
    expect(read(change({ kind: 'GAP_OVERFLOW', orderIds: [] })).catchUp).toBe(true);
  });

  it('is read once, however often it is told', () => {
    expect(read(change({}), change({ at: 5 })).orderIds).toEqual(['801A']);
    expect(newestOf([change({}), change({ at: 5 }), 'unreadable'])).toBe(5);
    expect(newestOf(['unreadable'])).toBeUndefined();
  });
});
