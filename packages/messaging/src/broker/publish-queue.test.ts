import type { OutgoingRecord } from './broker.ts';
import { outgoing, unframed } from './frame.ts';
import { PublishQueue, type Outlet } from './publish-queue.ts';

describe('publishing', () => {
  it('sends what is published during a request together in the next one', async () => {
    const { queue, requests } = made();
    await Promise.all(['a', 'b', 'c', 'd'].map((value) => queue.publish([record(value)])));
    expect(requests).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('splits a call that no single request can carry, and keeps its order', async () => {
    const { queue, requests } = made();
    await queue.publish(['a', 'b', 'c'].map((value) => record(value.repeat(600_000))));
    expect(requests.map((values) => values.map((value) => value[0]))).toEqual([['a'], ['b'], ['c']]);
  });

  it('repeats a failed request before anything newer goes out', async () => {
    const { queue, requests, renewals } = made({ failuresOf: { b: 2 } });
    await Promise.all(['a', 'b', 'c'].map((value) => queue.publish([record(value)])));
    expect(requests).toEqual([['a'], ['b', 'c']]);
    expect(renewals()).toBe(2);
  });

  it('refuses only the call that holds the refused record', async () => {
    const { queue, requests } = made({ refused: 'bad' });
    const results = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((value) => queue.publish([record(value)])));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(requests.flat()).toEqual(['a', 'b', 'c']);
  });

  it('refuses a record over 1 MB without asking the broker', async () => {
    const { queue, requests } = made();
    await expect(queue.publish([record('x'.repeat(1_000_001))])).rejects.toMatchObject({ code: 'BAD_MESSAGE' });
    expect(requests).toEqual([]);
  });

  it('takes nothing after it was closed', async () => {
    const { queue } = made();
    await queue.close();
    await expect(queue.publish([record('late')])).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' });
  });
});

function made({ failuresOf = {}, refused = '' }: { readonly failuresOf?: Record<string, number>; readonly refused?: string } = {}) {
  const requests: string[][] = [];
  let renewals = 0;
  const outlet: Outlet = {
    send: async (records) => {
      await Promise.resolve();
      const values = records.map(({ frame }) => String(unframed(frame).value));
      const failing = values.find((value) => (failuresOf[value] ?? 0) > 0);
      if (failing) failuresOf[failing] = (failuresOf[failing] ?? 0) - 1;
      if (failing || values.includes(refused)) throw new Error(values.includes(refused) ? 'refused' : 'try again');
      requests.push(values);
      return [];
    },
    isRefusal: (error) => error instanceof Error && error.message === 'refused',
    renew: async () => { renewals += 1; },
    close: async () => {},
  };
  return { queue: new PublishQueue(outlet, () => {}), requests, renewals: () => renewals };
}

function record(value: string): OutgoingRecord {
  return outgoing({ topic: 'orders', partition: 0, key: 'order-1', value: Buffer.from(value), headers: {} });
}
