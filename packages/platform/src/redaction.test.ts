import { redacted } from './redaction.ts';

describe('what a line of the log may not tell', () => {
  it('is struck out by its name, however it is spelled and wherever it is', () => {
    expect(redacted({ orderId: 'O1', phone: '1', token: 't', app_secret: 's', 'Set-Cookie': 'c', order: { lines: [{ sku: 'A', contact: '王芳' }], to: { deep: { deeper: { street: 'x', city: '上海' } } } } })).toEqual({
      orderId: 'O1', phone: '***', token: '***', app_secret: '***', 'Set-Cookie': '***', order: { lines: [{ sku: 'A', contact: '***' }], to: { deep: { deeper: { street: '***', city: '上海' } } } },
    });
  });

  it('is struck out of texts: telephone numbers, and passwords of addresses', () => {
    expect(redacted({ detail: '收件人 13812345678 不在, +86 13912345678', what: 'postgres://mesh:s3cret@10.0.0.1/mesh is away' })).toEqual({ detail: '收件人 *** 不在, ***', what: 'postgres://mesh:***@10.0.0.1/mesh is away' });
  });

  it('is struck out of errors and their causes, too', () => {
    const error = new Error('call 13812345678', { cause: Object.assign(new Error('of 13912345678'), { code: 'X' }) });
    expect(redacted({ error })).toMatchObject({ error: { message: 'call ***', cause: { message: 'of ***', code: 'X' } } });
    expect(JSON.stringify(redacted({ error }))).not.toMatch(/1[3-9]\d{9}/);
  });

  it('leaves numbers of ours, amounts and moments', () => {
    const fields = { orderId: '13812345678', key: 'sf/13812345678/book', digest: 'ab13812345678cd', amountFen: 13_812_345_678n, at: new Date(0), overdueDays: 46 };
    expect(redacted(fields)).toEqual(fields);
  });

  it('ends, however deep or round what it is given', () => {
    const round: Record<string, unknown> = { name: 'x' };
    round['self'] = round;
    expect(JSON.stringify(redacted({ round })).length).toBeLessThan(500);
  });
});
