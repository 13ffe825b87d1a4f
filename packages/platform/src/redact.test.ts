import { redacted } from './redact.ts';

describe('an event of the log', () => {
  it('holds no contact and no secret, however deep they lie', () => {
    const fields = { orderId: 'O1', order: { shipTo: { contact: '王芳', phone: '13812341234', street: '南京东路 1 号', city: '上海' } }, batch: [{ value: { phone: '+86 13812341234' } }], login: { token: 't' } };
    expect(redacted(fields)).toEqual({
      orderId: 'O1', order: { shipTo: { contact: '***', phone: '***', street: '***', city: '上海' } }, batch: [{ value: { phone: '***' } }], login: { token: '***' },
    });
  });

  it('masks the telephone numbers that words quote, also those of a crash and of what caused it', () => {
    const error = new Error('no row for 13812341234', { cause: new Error('key (phone)=(13812341234)') });
    const text = JSON.stringify(redacted({ error, detail: 'the carrier says 13812341234 is none' }));
    expect(text).toContain('138****1234');
    expect(text).not.toContain('13812341234');
  });

  it('holds no secret however it is spelled, and no password of an address', () => {
    expect(redacted({ app_secret: 's', 'Set-Cookie': 'c', headers: { Authorization: 'Bearer x' }, psnAccount: '1', what: 'postgres://mesh:s3cret@10.0.0.1/mesh is away' }))
      .toEqual({ app_secret: '***', 'Set-Cookie': '***', headers: { Authorization: '***' }, psnAccount: '***', what: 'postgres://mesh:***@10.0.0.1/mesh is away' });
  });

  it('keeps numbers of things, amounts, moments, and who of our own people did it', () => {
    const fields = { orderId: '13812341234', amountFen: '13812341234', at: new Date(0), count: 3n, requestedBy: '李娜', key: 'call/13812341234' };
    expect(redacted(fields)).toEqual(fields);
  });

  it('ends, however deep it is', () => {
    const loop: Record<string, unknown> = {};
    loop['loop'] = loop;
    expect(JSON.stringify(redacted(loop))).toBe('{"loop":{"loop":{"loop":{"loop":{"loop":{"loop":{"loop":"***"}}}}}}}');
  });
});
