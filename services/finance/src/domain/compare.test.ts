import fc from 'fast-check';
import { fen } from '@order-mesh/kernel';
import { agreeing, AMOUNT, crm, ledger, mesh, period, PLACED, receivable, salesOrder, undone } from '../../test/books.ts';
import { NOON } from '../../test/scene.ts';
import type { Books, DifferenceClass } from './books.ts';
import { compareBooks } from './compare.ts';

const found = (books: Books) => compareBooks(books, period).found;
const shortly = (books: Books) => found(books).map(({ class: what, subject, repair }) => `${what} ${subject} ${repair.kind}`);

describe('comparing the books of one order', () => {
  it('finds nothing where all agree, and counts what was confirmed', () => {
    expect(compareBooks(agreeing(), period)).toEqual({ isCompared: true, confirmed: AMOUNT, found: [] });
    expect(compareBooks(undone('rejected'), period)).toEqual({ isCompared: true, confirmed: 0n, found: [] });
    expect(compareBooks(undone('cancelled'), period)).toEqual({ isCompared: true, confirmed: 0n, found: [] });
  });

  it('holds nothing against an order that is under way, older than the period, or moved a moment ago', () => {
    const nothing = { ledger: null, crm: null, erp: [] };
    for (const change of [{ status: 'running' }, { status: 'undoing' }, { status: 'manual' }, { placedAt: period.from - 1 }, { changedAt: period.settledBefore }]) {
      expect(compareBooks(agreeing({ ...nothing, mesh: mesh(change) }), period)).toEqual({ isCompared: false, confirmed: 0n, found: [] });
    }
  });

  it('misses the sales order or the receivable of a confirmed order, also one that was closed', () => {
    expect(shortly(agreeing({ erp: [] }))).toEqual(['missing-in-erp sales-order by-hand', 'missing-in-erp receivable by-hand']);
    const [closed] = found(agreeing({ erp: [salesOrder('SO1', { state: 'gone' }), receivable('AR1')] }));
    expect(closed).toMatchObject({ class: 'missing-in-erp', detail: 'confirmed over 12300.00 yuan, and its sales-order SO1 was closed or given up', datedAt: PLACED });
  });

  it('differs by one fen', () => {
    const [one] = found(agreeing({ erp: [salesOrder('SO1'), receivable('AR1', { amount: fen(AMOUNT - 1n) })] }));
    expect(one).toMatchObject({ class: 'amount-differs', subject: 'AR1', detail: 'receivable AR1 is over 12299.99 yuan, to be paid are 12300.00' });
    expect(one?.evidence).toEqual([
      { book: 'crm', says: 'Activated, told "Confirmed"', amount: AMOUNT }, { book: 'mesh', says: 'confirmed', amount: AMOUNT }, { book: 'ledger', says: 'SO1 and AR1', amount: AMOUNT },
      { book: 'erp', says: 'sales-order SO1 verified', amount: AMOUNT }, { book: 'erp', says: 'receivable AR1 verified', amount: fen(AMOUNT - 1n) },
    ]);
    expect(shortly(agreeing({ crm: crm({ amount: fen(AMOUNT + 1n) }) }))).toEqual(['amount-differs crm by-hand']);
  });

  it('holds the CRM against what was ordered, and the ERP against what is to be paid', () => {
    const paid = fen(AMOUNT - 30_000n);
    const cheaper = { mesh: mesh({ amount: paid, discount: fen(30_000) }), ledger: ledger({ amount: paid, discount: fen(30_000) }) };
    const erp = [salesOrder('SO1', { amount: paid }), receivable('AR1', { amount: paid })];
    expect(compareBooks(agreeing({ ...cheaper, erp }), period)).toEqual({ isCompared: true, confirmed: paid, found: [] });
    const [changed] = found(agreeing({ ...cheaper, erp, crm: crm({ amount: paid }) }));
    expect(changed).toMatchObject({
      class: 'amount-differs', subject: 'crm', detail: 'the CRM shows 12000.00 yuan, ordered were 12300.00',
      repair: { kind: 'by-hand', advice: 'the order was changed in the CRM after it was placed: change it back to 12300.00 yuan, and place a second order for the rest' },
    });
    const undiscounted = found(agreeing(cheaper));
    expect(undiscounted.map(({ detail }) => detail)).toEqual(['sales-order SO1 is over 12300.00 yuan, to be paid are 12000.00', 'receivable AR1 is over 12300.00 yuan, to be paid are 12000.00']);
    expect(undiscounted[0]?.evidence).toMatchObject([
      { book: 'crm', amount: AMOUNT }, { book: 'mesh', says: 'confirmed, 300.00 yuan taken off', amount: paid }, { book: 'ledger', says: 'SO1 and AR1, 300.00 yuan taken off', amount: paid }, { book: 'erp' }, { book: 'erp' },
    ]);
  });

  it('sees a document that is not verified any more, where a booking verifies', () => {
    expect(shortly(agreeing({ erp: [salesOrder('SO1', { state: 'drawn-up' }), receivable('AR1')] }))).toEqual(['status-differs SO1 by-hand']);
    expect(found(agreeing({ erp: [salesOrder('SO1', { state: 'entered' }), receivable('AR1', { state: 'entered' })] }))).toEqual([]);
  });

  it('has the second of two documents taken back, but only beside the one that was recorded', () => {
    const [extra] = found(agreeing({ erp: [salesOrder('SO0'), salesOrder('SO1'), receivable('AR1')] }));
    expect(extra).toMatchObject({ class: 'extra-in-erp', subject: 'SO0', repair: { kind: 'take-back-documents', customerId: 'C1', codes: ['SO0'] } });
    expect(shortly(agreeing({ erp: [salesOrder('SO8'), salesOrder('SO9'), receivable('AR1')] }))).toEqual(['extra-in-erp SO9 by-hand']);
  });

  it('takes a document that was entered anew by hand for the one that was recorded', () => {
    expect(found(agreeing({ erp: [salesOrder('SO1', { state: 'gone' }), salesOrder('SO7'), receivable('AR1')] }))).toEqual([]);
  });

  it('has all taken back that stands for an order that was rejected or cancelled', () => {
    expect(shortly(undone('rejected', { erp: [salesOrder('SO1'), receivable('AR1', { state: 'drawn-up' })] })))
      .toEqual(['extra-in-erp AR1 take-back-documents', 'extra-in-erp SO1 take-back-documents']);
  });

  it('leaves a document of an order nobody knows to a person', () => {
    const strange = { orderId: 'O1', mesh: null, ledger: null, crm: null, erp: [salesOrder('SO1')] };
    expect(shortly(strange)).toEqual(['extra-in-erp SO1 by-hand']);
    expect(shortly({ ...strange, erp: [salesOrder('SO1', { state: 'gone' })] })).toEqual([]);
    expect(shortly({ ...strange, ledger: ledger() })).toEqual([]);
  });

  it('has an order taken on that was activated and never heard of, but not one that has only just been', () => {
    const missed = { orderId: 'O1', mesh: null, ledger: null, crm: crm({ told: '' }), erp: [] };
    expect(shortly(missed)).toEqual(['missing-in-mesh  take-order-on']);
    expect(shortly({ ...missed, crm: crm({ activatedAt: NOON }) })).toEqual([]);
    expect(shortly({ ...missed, crm: crm({ status: 'Cancelled' }) })).toEqual([]);
  });

  it('has the CRM told again what it does not show, or shows otherwise', () => {
    const [untold] = found(agreeing({ crm: crm({ told: '' }) }));
    expect(untold).toMatchObject({ class: 'crm-not-told', repair: { kind: 'tell-crm', end: { status: 'confirmed', reason: null, contractId: 'K1', waybill: 'SF1', saleOrderCode: 'SO1' } } });
    expect(found(undone('rejected', { crm: crm({ told: 'Needs attention' }) }))).toMatchObject([
      { class: 'status-differs', subject: 'told', detail: 'rejected, and the CRM shows "Needs attention"', repair: { kind: 'tell-crm', end: { status: 'rejected', reason: 'credit: over the limit', contractId: null } } },
    ]);
  });

  it('sees an order that the CRM has called off or lost after it was confirmed; one of another source need not be there', () => {
    expect(shortly(agreeing({ crm: crm({ status: 'Cancelled' }) }))).toEqual(['status-differs status by-hand']);
    expect(shortly(agreeing({ crm: null }))).toEqual(['missing-in-crm  by-hand']);
    expect(shortly(agreeing({ crm: null, mesh: mesh({ source: 'shop' }) }))).toEqual([]);
    expect(shortly(undone('rejected', { crm: null }))).toEqual([]);
  });

  it('sees a confirmed order that finance has not recorded', () => {
    expect(shortly(agreeing({ ledger: null }))).toEqual(['missing-in-ledger  by-hand']);
  });
});

const orderedIn = ({ mesh: stated }: Books) => (stated?.amount ? fen(stated.amount + stated.discount) : null);

describe('laws of comparing', () => {
  const amount = fc.bigInt({ min: 1n, max: 9_000_000_000_000n }).map(fen);
  const discount = fc.bigInt({ min: 0n, max: 5_000_000n }).map(fen);
  const agreement = fc.record({ amount, discount, fromCrm: fc.boolean(), gone: fc.integer({ min: 0, max: 3 }) }).map(({ amount: all, discount: off, fromCrm, gone }): Books => agreeing({
    mesh: mesh({ amount: all, discount: off, source: fromCrm ? 'salesforce' : 'shop' }), ledger: ledger({ amount: all, discount: off }), crm: fromCrm ? crm({ amount: fen(all + off) }) : null,
    erp: [salesOrder('SO1', { amount: all }), receivable('AR1', { amount: all }), ...Array.from({ length: gone }, (_, index) => salesOrder(`SX${index}`, { state: 'gone' }))],
  }));
  const damages: readonly (readonly [DifferenceClass, (books: Books, by: bigint) => Books])[] = [
    ['missing-in-erp', (books) => ({ ...books, erp: books.erp.filter(({ code }) => code !== 'AR1') })],
    ['extra-in-erp', (books) => ({ ...books, erp: [...books.erp, salesOrder('SO2')] })],
    ['amount-differs', (books, by) => ({ ...books, erp: books.erp.map((one) => (one.code === 'SO1' ? { ...one, amount: fen(one.amount + by) } : one)) })],
    ['status-differs', (books) => ({ ...books, erp: books.erp.map((one) => (one.code === 'SO1' ? { ...one, state: 'drawn-up' } : one)) })],
    ['missing-in-ledger', (books) => ({ ...books, ledger: null })],
    ['crm-not-told', (books) => ({ ...books, crm: crm({ amount: orderedIn(books), told: '' }) })],
  ];

  it('finds nothing while the books agree, whatever the amounts and however the documents are listed', () => {
    fc.assert(fc.property(agreement, fc.func(fc.integer()), (books, order) => {
      const erp = books.erp.toSorted((one, other) => order(one.code) - order(other.code));
      expect(found({ ...books, erp })).toEqual([]);
    }));
  });

  it('finds each planted damage, and none that was not planted', () => {
    fc.assert(fc.property(agreement, fc.subarray([...damages], { minLength: 1 }), fc.bigInt({ min: 1n, max: 100n }), (books, planted, by) => {
      const damaged = planted.reduce((sofar, [, damage]) => damage(sofar, by), books);
      expect(found(damaged).map(({ class: what }) => what).sort()).toEqual(planted.map(([what]) => what).sort());
    }));
  });

  it('never holds anything against an order under way', () => {
    fc.assert(fc.property(agreement, fc.subarray([...damages]), fc.constantFrom('running', 'undoing', 'manual'), (books, planted, status) => {
      const damaged = planted.reduce((sofar, [, damage]) => damage(sofar, 1n), books);
      expect(found({ ...damaged, mesh: mesh({ status }) })).toEqual([]);
    }));
  });
});
