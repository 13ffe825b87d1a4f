import { descent, traceIdOf } from './envelope.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparentOf = (id: string, traceparent?: string): string => descent({ id, trace: traceparent === undefined ? {} : { traceparent } }, { participant: 'credit', type: 'CreditHeld', index: 0 }).trace.traceparent ?? '';

describe('the descent of a message', () => {
  it('continues the trace of its cause, as a span of its own', () => {
    const traceparent = traceparentOf('m1', `00-${TRACE}-00f067aa0ba902b7-01`);
    expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    expect(traceparent).not.toContain('00f067aa0ba902b7');
  });

  it('begins a trace where the cause has none: the same one when decided again, another for another cause', () => {
    expect(traceparentOf('m1')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceparentOf('m1')).toBe(traceparentOf('m1'));
    expect(traceparentOf('m2')).not.toBe(traceparentOf('m1'));
  });

  it('belongs to the trace of its order where the cause has none, whatever the cause is', () => {
    const [timer, callback] = ['timer/O1/3', 'callback/7'].map((id) => descent({ id, trace: {} }, { participant: 'contract', type: 'ContractSigned', index: 0, order: 'O1' }).trace.traceparent?.slice(3, 35));
    expect([timer, callback]).toEqual([traceIdOf('O1'), traceIdOf('O1')]);
  });

  it('is another message for each participant and each place in its answer', () => {
    const ids = ['credit', 'inventory'].flatMap((participant) => [0, 1].map((index) => descent({ id: 'm1', trace: {} }, { participant, type: 'CreditHeld', index }).id));
    expect(new Set(ids).size).toBe(4);
  });

  it('is another message when its cause, heard again, leads to another answer', () => {
    const [taken, ignored] = (['HoldCredit', 'PlacementIgnored'] as const).map((type) => descent({ id: 'm1', trace: {} }, { participant: 'order-orchestrator', type, index: 0 }).id);
    expect(ignored).not.toBe(taken);
  });
});
