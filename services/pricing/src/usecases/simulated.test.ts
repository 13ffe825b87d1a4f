import { orderAnomaly, price, promotion, rebate, type DecisionPoint, type Values } from '@order-mesh/rules';
import { simulatedPoints } from './simulated.ts';

const told = (at: DecisionPoint, facts: Values, said: Values, rule: string | null = 'r') => simulatedPoints.find(({ point }) => point.name === at.name)?.tell(facts, { said, rule });

describe('a past decision about a price that is looked at again', () => {
  it('is told by the promotion, and what it takes off the order: an amount, a part, and never more than there is', () => {
    expect(told(promotion, { amount: 20_000 }, { off: 3_000, percentOff: 0, budget: 1 })).toEqual({ word: 'r', amount: 20_000n, given: 3_000n });
    expect(told(promotion, { amount: 20_001 }, { off: 100, percentOff: 1_000, budget: 0 })).toEqual({ word: 'r', amount: 20_001n, given: 2_100n });
    expect(told(promotion, { amount: 2_000 }, { off: 3_000, percentOff: 0, budget: 0 })).toEqual({ word: 'r', amount: 2_000n, given: 2_000n });
  });

  it('is told by the rebate and its part of what is left', () => {
    expect(told(rebate, { amount: 20_050 }, { percent: 100 })).toEqual({ word: 'r', amount: 20_050n, given: 200n });
  });

  it('is told by the price of the line: free units, then a part of what they leave', () => {
    expect(told(price, { quantity: 11, unitPrice: 100 }, { percentOff: 0, buy: 4, get: 1, floor: 0 })).toEqual({ word: 'r', amount: 1_100n, given: 200n });
    expect(told(price, { quantity: 11, unitPrice: 100 }, { percentOff: 1_000, buy: 4, get: 1, floor: 9_900 })).toEqual({ word: 'r', amount: 1_100n, given: 290n });
  });

  it('is told as nothing where nothing is taken off, by whatever rule', () => {
    expect(told(promotion, { amount: 20_000 }, { off: 0, percentOff: 0, budget: 0 }, null)).toMatchObject({ word: null, given: 0n });
    expect(told(price, { quantity: 1, unitPrice: 100 }, { percentOff: 0, buy: 0, get: 0, floor: 9_000 })).toMatchObject({ word: null, given: 0n });
  });

  it('is told by its verdict where an order looks odd, which gives nothing', () => {
    expect(told(orderAnomaly, { amount: 20_000 }, { verdict: 'ask', because: 'unusual-amount' })).toEqual({ word: 'ask', amount: 20_000n, given: null });
  });
});
