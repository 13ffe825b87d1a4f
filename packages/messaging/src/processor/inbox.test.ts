import type { IncomingRecord } from '../broker/broker.ts';
import type { Participant } from '../participant.ts';
import { Inbox } from './inbox.ts';

const decider: Participant = { name: 'credit', projection: false, subscriptions: [] };
const view: Participant = { name: 'view', projection: true, subscriptions: [] };
const record = (offset: bigint, value = 'bytes', headers: Record<string, string> = { ce_id: 'm1' }): IncomingRecord =>
  ({ topic: 't', partition: 0, offset, key: 'O1', value: Buffer.from(value), headers, timestamp: 0 });

describe('the inbox of a batch', () => {
  it('takes one of several copies, for each who decides', () => {
    const inbox = new Inbox([]);
    expect([inbox.take(decider, record(1n)), inbox.take(decider, record(7n)), inbox.take({ ...decider, name: 'stock' }, record(7n))]).toEqual([true, false, true]);
    expect(inbox.noted().map(({ participant }) => participant)).toEqual(['credit', 'stock']);
  });

  it('does not take what was taken before', () => {
    const before = new Inbox([]);
    before.take(decider, record(1n));
    expect(new Inbox(before.noted()).take(decider, record(2n))).toBe(false);
  });

  it('takes what says something else under the same number, and what has no number', () => {
    const inbox = new Inbox([]);
    const taken = [record(1n), record(2n, 'other'), record(3n, 'bytes', {}), record(4n, 'bytes', {})].map((one) => inbox.take(decider, one));
    expect(taken).toEqual([true, true, true, true]);
    expect(inbox.noted()).toHaveLength(2);
  });

  it('shows every copy to a view, and notes none', () => {
    const inbox = new Inbox([]);
    expect([inbox.take(view, record(1n)), inbox.take(view, record(2n))]).toEqual([true, true]);
    expect(inbox.noted()).toEqual([]);
  });
});
