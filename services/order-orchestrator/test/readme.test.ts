import { readFileSync } from 'node:fs';
import { defaultPolicy } from '@order-mesh/contracts';
import { slaTable, toMermaid } from '@order-mesh/saga';
import { orderToCash } from '../src/domain/order-to-cash.ts';

describe('the page of the service', () => {
  it('shows the saga as it is', () => {
    const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const saga = orderToCash(defaultPolicy);
    expect(page).toContain(slaTable(saga));
    expect(page).toContain(toMermaid(saga));
  });
});
