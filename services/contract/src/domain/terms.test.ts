import { fen } from '@order-mesh/kernel';
import { sign } from '../../test/scene.ts';
import { usualForm } from './form.ts';
import { discountTotal, listTotal, termsOf } from './terms.ts';

const { value: order } = sign('SO-1');

describe('the terms of a contract', () => {
  it('tell what is taken off and why: 30.00 yuan less 2.50 are 27.50', () => {
    const discounts = [{ lineNo: 1, amount: fen(200), point: 'price', rule: 'vip', title: 'VIP' }, { lineNo: 1, amount: fen(50), point: 'promotion', rule: 'spring', title: '春季' }];
    const terms = termsOf({ ...order, amount: fen(2_750), discounts }, usualForm);
    expect(terms).toMatchObject({ amountFen: '2750', discounts: [{ lineNo: 1, title: 'VIP', amountFen: '200' }, { lineNo: 1, title: '春季', amountFen: '50' }] });
    expect([listTotal(terms), discountTotal(terms)]).toEqual([3_000n, 250n]);
  });

  it('are what they were before there were discounts where nothing is taken off', () => {
    expect(termsOf(order, usualForm)).not.toHaveProperty('discounts');
    expect(discountTotal(termsOf(order, usualForm))).toBe(0n);
  });
});
