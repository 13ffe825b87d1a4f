import { stallOf, type Watched } from './stall-watch.ts';

const STALL_MS = 12;
const ends: AbortController[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end.abort();
});

describe('a consumer that falls silent', () => {
  it('is replaced when the broker answers others but not its heartbeats', async () => {
    expect((await watch({ answeredAt: () => 0 })).message).toContain('no heartbeat');
  });

  it('is left alone while its heartbeats are answered, however often a look comes late after one', async () => {
    expect(await isLeftAlone({ answeredAt: () => Date.now() - STALL_MS / 2 })).toBe(true);
  });

  it('is replaced when records wait and none arrive', async () => {
    expect((await watch({ behind: async () => new Map([['orders/3', 17n]]) })).message).toMatch(/^CONSUMER_STALLED: records wait.*\(orders\/3 at 17\)/);
  });

  it('is left alone while the broker is away: an outage is no stall', async () => {
    expect(await isLeftAlone({ answeredAt: () => 0, isUp: async () => false })).toBe(true);
  });

  it('gets as long again once an outage is over', async () => {
    const upAt = Date.now() + 100;
    await watch({ answeredAt: () => 0, isUp: async () => Date.now() >= upAt });
    expect(Date.now() - upAt).toBeGreaterThanOrEqual(STALL_MS);
  });

  it('is left alone while it moves on, however far behind it is', async () => {
    let offset = 0n;
    expect(await isLeftAlone({ behind: async () => new Map([['orders/3', offset++]]) })).toBe(true);
  });

  it('is left alone while nobody takes the records that did arrive', async () => {
    expect(await isLeftAlone({ isHungry: () => false, behind: async () => new Map([['orders/3', 17n]]) })).toBe(true);
  });
});

function watch(strange: Partial<Watched>): Promise<Error> {
  const end = new AbortController();
  ends.push(end);
  const healthy: Watched = { answeredAt: () => Date.now(), arrivedAt: () => 0, isHungry: () => true, isUp: async () => true, behind: async () => new Map() };
  return stallOf({ ...healthy, ...strange }, end.signal, STALL_MS);
}

async function isLeftAlone(strange: Partial<Watched>): Promise<boolean> {
  return Promise.race([watch(strange).then(() => false), new Promise<boolean>((resolve) => { setTimeout(() => resolve(true), 60); })]);
}
