import type { DecisionTaken } from '../gateway/gateway.ts';
import type { Approval } from '../gateway/order.ts';
import { decideAll } from './decide.ts';

const open: Approval = {
  approvalId: 'O1:credit', orderId: 'O1', status: 'open', subject: 'credit', customerId: 'C1', region: '华东', role: 'regional-manager', escalatedTo: null, deciders: [], requestedBy: null, amountFen: '1000', reason: 'overdue', detail: '46 days overdue',
  deadline: '2026-06-02T04:00:00.000Z', requestedAt: '2026-06-01T04:00:00.000Z', decidedBy: null, onBehalfOf: null, comment: null, ignored: null,
};
const ignored = { decidedBy: 'Li Na', reason: 'not-allowed', detail: 'Li Na does not look after 华东', at: '2026-06-01T05:00:00.000Z' };

/** A gateway whose tasks become, look by look, what is listed. */
function gatewayWhere(becomes: Readonly<Record<string, readonly Partial<Approval>[]>>) {
  const looks = new Map<string, number>();
  const asked: (readonly string[])[] = [];
  return {
    asked,
    decideMany: (approvalIds: readonly string[]) => {
      asked.push(approvalIds);
      return Promise.resolve(approvalIds.map((approvalId): DecisionTaken => (
        becomes[approvalId] ? { approvalId, decidedBy: 'Li Na', outcome: 'asked', detail: '', approval: open } : { approvalId, decidedBy: 'Li Na', outcome: 'unknown', detail: 'no such task is known here', approval: null })));
    },
    approval: (approvalId: string) => {
      const look = looks.get(approvalId) ?? 0;
      looks.set(approvalId, look + 1);
      return Promise.resolve({ ...open, approvalId, ...(becomes[approvalId]?.at(Math.min(look, becomes[approvalId].length - 1)) ?? {}) });
    },
  };
}

const granting = { decision: 'granted', comment: '', wait: () => Promise.resolve() } as const;

describe('deciding on many tasks', () => {
  it('tells what came of each once it is answered', async () => {
    const gateway = gatewayWhere({ a: [{}, { status: 'granted' }], b: [{}, { ignored }], c: [{ status: 'denied' }], d: [{ ignored: { ...ignored, decidedBy: 'somebody else' } }] });
    expect(await decideAll(gateway, ['a', 'b', 'c', 'd', 'e'], granting)).toEqual([
      { approvalId: 'a', outcome: 'granted', detail: '' }, { approvalId: 'b', outcome: 'not-taken', detail: 'Li Na does not look after 华东 (not-allowed)' },
      { approvalId: 'c', outcome: 'not-taken', detail: 'the task was denied before' }, { approvalId: 'd', outcome: 'told', detail: '' }, { approvalId: 'e', outcome: 'not-taken', detail: 'no such task is known here' },
    ]);
  });

  it('asks for each once, and for no more in one request than the gateway takes', async () => {
    const ids = Array.from({ length: 201 }, (_, at) => `t${at}`);
    const gateway = gatewayWhere({});
    expect(await decideAll(gateway, [...ids, 't0'], granting)).toHaveLength(201);
    expect(gateway.asked.map(({ length }) => length)).toEqual([200, 1]);
  });
});
