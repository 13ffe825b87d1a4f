import { silentLog } from '@order-mesh/platform';
import type { Queried } from './answers.ts';
import type { EaiQuery } from './client.ts';
import { eaiLists } from './lists.ts';

/** EAI that answers the one query it expects. */
function listing(answer: Queried) {
  const asked: EaiQuery[] = [];
  const lists = eaiLists({
    query: async (query) => {
      asked.push(query);
      return answer;
    },
    write: () => Promise.reject(new Error('lists write nothing')),
    close: () => {},
  }, { log: silentLog, taxRate: '13' });
  return { asked, lists };
}

const customer = (code: string) => ({ code, name: `customer ${code}`, credit_amount: '12.5000' });
const customers = (count: number) => Array.from({ length: count }, (_, index) => customer(`C${index}`));

describe('lists through EAI', () => {
  it('go on from the row version the last answer named', async () => {
    const { asked, lists } = listing({ type: 'found', rows: [customer('C1')], timestamp: '0x00000000000F4241' });
    const fact = { kind: 'customer', customerId: 'C1', name: 'customer C1', region: '', creditLimit: '12.50' };
    expect(await lists.changedSince('customer', 7n)).toEqual({ rows: [{ fact, position: 7n }], readTo: 1_000_001n, isLast: true });
    expect(asked).toEqual([{ roottag: 'customer', after: 7n, most: 2_000 }]);
  });

  it('have another page when one is full', async () => {
    expect(await listing({ type: 'found', rows: customers(2_000), timestamp: '0x10' }).lists.changedSince('customer', 7n)).toMatchObject({ readTo: 16n, isLast: false });
  });

  it('are read in full each time where U8 names no row version', async () => {
    expect(await listing({ type: 'found', rows: customers(3), timestamp: '' }).lists.changedSince('customer', 0n)).toMatchObject({ readTo: 0n, isLast: true });
    expect(await listing({ type: 'found', rows: customers(2_001), timestamp: '' }).lists.changedSince('customer', 0n)).toMatchObject({ isLast: true });
  });

  it('say so when the next page can not be asked for, instead of leaving the rest out', async () => {
    await expect(listing({ type: 'found', rows: customers(2_000), timestamp: '' }).lists.changedSince('customer', 0n)).rejects.toThrow('PARTNER_BROKEN');
    await expect(listing({ type: 'found', rows: customers(2_000), timestamp: '0x07' }).lists.changedSince('customer', 7n)).rejects.toThrow('PARTNER_BROKEN');
  });

  it('leave out a row that makes no sense, and go on', async () => {
    const { lists } = listing({ type: 'found', rows: [{ code: 'C1' }, customer('C2')], timestamp: '0x10' });
    expect((await lists.changedSince('customer', 0n)).rows.map(({ fact }) => fact)).toMatchObject([{ customerId: 'C2' }]);
  });

  it('tell an absent U8 from one that says no', async () => {
    await expect(listing({ type: 'unknown', detail: 'U8 did not answer' }).lists.changedSince('stock', 0n)).rejects.toThrow('PARTNER_UNREACHABLE');
    await expect(listing({ type: 'refused', words: '不支持的roottag' }).lists.changedSince('stock', 0n)).rejects.toThrow('PARTNER_BROKEN');
  });
});
