import { maskName, maskPhone, maskPhonesIn, strikeOut } from './mask.ts';

describe('a mask', () => {
  it('keeps of a telephone number what tells it from others, of a name the first sign', () => {
    expect(maskPhone('13812341234')).toBe('138****1234');
    expect(maskPhone('+1')).toBe('****');
    expect(maskName('张伟')).toBe('张*');
  });

  it('finds the telephone numbers in what somebody says', () => {
    expect(maskPhonesIn('收件电话13812341234格式错误')).toBe('收件电话138****1234格式错误');
    expect(maskPhonesIn('call +86 138-1234-1234, or 0512-66660000')).toBe('call 138****1234, or 051****0000');
  });

  it('takes no moment, amount or number of an order for one', () => {
    for (const text of ['at 1780286400000', '138123412345 fen', 'order A13812341234', 'SF1381234123412', '2026-06-01', '0.12345678901']) expect(maskPhonesIn(text)).toBe(text);
  });

  it('strikes the words of a person out of a text, the longest first', () => {
    expect(strikeOut('南京东路 1 号 不存在（王芳）', ['王芳', '南京', '南京东路 1 号', ''])).toBe('*** 不存在（***）');
    expect(strikeOut('a name of one sign stays', ['a'])).toBe('a name of one sign stays');
  });
});
