import { correlationOf } from './correlation.ts';

const TRACE = 'a'.repeat(32);
const traceparent = `00-${TRACE}-${'b'.repeat(16)}-01`;
const request = (headers: Readonly<Record<string, string>>, more: { readonly params?: Record<string, string>; readonly body?: unknown } = {}) => correlationOf({ headers, params: more.params ?? {}, body: more.body });

describe('a request is found again', () => {
  it('by the number its sender gave it, and by its trace', () => {
    expect(request({ 'x-correlation-id': 'shop-7', traceparent })).toEqual({ correlationId: 'shop-7', traceId: TRACE });
    expect(request({ traceparent })).toEqual({ correlationId: TRACE, traceId: TRACE });
  });

  it.each(['', 'two words', 'x'.repeat(65), 'a\nb'])('by one of ours when the number sent is none: %j', (sent) => {
    expect(request({ 'x-correlation-id': sent }).correlationId).toMatch(/^[\da-f]{8}-/);
  });

  it('by its order, which its path or its body names', () => {
    expect(request({}, { params: { orderId: 'O1' }, body: { orderId: 'O2' } })).toMatchObject({ orderId: 'O1' });
    expect(request({}, { body: { orderId: 'O2' } })).toMatchObject({ orderId: 'O2' });
    for (const orderId of ['', 'x'.repeat(65), 7, null]) expect(request({}, { body: { orderId } })).not.toHaveProperty('orderId');
  });
});
