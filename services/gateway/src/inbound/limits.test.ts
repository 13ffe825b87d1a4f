import { isDeeperThan, mostBytesAt } from './body-limits.ts';
import { senderOf } from './sender.ts';

describe('the limits of a body', () => {
  it('counts levels without falling over what is nested a hundred thousand times', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect([isDeeperThan(32, deep), isDeeperThan(2, [[1]]), isDeeperThan(1, [[1]]), isDeeperThan(32, 'text'), isDeeperThan(0, null), isDeeperThan(0, {})]).toEqual([true, false, true, false, false, false]);
  });

  it('are 256 KB, and larger only where a set of rules or a message comes in', () => {
    const larger = ['/v1/rules/credit-control/changes', '/v1/rules/credit-control/simulations', '/v1/dead-letters/1/edit'];
    expect(larger.map(mostBytesAt)).toEqual([1_100_000, 1_100_000, 1_100_000]);
    for (const path of ['/v1/orders', '/v1/rules/changes/1/approve', '/v1/dead-letters/1/drop', '/v1/dead-letters/1/edit/', '/nowhere']) expect(mostBytesAt(path)).toBe(262_144);
  });
});

describe('who sends a request', () => {
  const from = (ip: string, authorization?: string) => senderOf({ ip, headers: { ...(authorization !== undefined && { authorization }) } });

  it('is told by address; of IPv6 by the network of a customer', () => {
    expect(['10.1.2.3', '::ffff:10.1.2.3', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9', '::1', '2001:db8::1'].map((ip) => from(ip).address))
      .toEqual(['10.1.2.3', '10.1.2.3', '2001:db8:1:2', '2001:db8:1:2', '0:0:0:0', '2001:db8:0:0']);
  });

  it('is told by the end of the credentials, which is too little to use them', () => {
    expect(from('10.1.2.3').credentials).toBe('');
    expect(from('10.1.2.3', `Bearer ${'a'.repeat(500)}${'b'.repeat(32)}`).credentials).toBe('b'.repeat(32));
  });
});
