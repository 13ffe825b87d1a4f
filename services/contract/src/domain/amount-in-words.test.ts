import fc from 'fast-check';
import { fen, fenFromYuan, MAX_FEN } from '@order-mesh/kernel';
import { amountInWords } from './amount-in-words.ts';

const said = (yuan: string) => amountInWords(fenFromYuan(yuan));

describe('an amount in words', () => {
  it.each([
    ['0', '零元整'],
    ['0.05', '伍分'],
    ['0.50', '伍角整'],
    ['0.55', '伍角伍分'],
    ['1', '壹元整'],
    ['10', '壹拾元整'],
    ['123.45', '壹佰贰拾叁元肆角伍分'],
    ['325.04', '叁佰贰拾伍元零肆分'],
    ['1409.50', '壹仟肆佰零玖元伍角整'],
    ['6007.14', '陆仟零柒元壹角肆分'],
    ['1680.32', '壹仟陆佰捌拾元叁角贰分'],
    ['16409.02', '壹万陆仟肆佰零玖元零贰分'],
    ['107000.53', '壹拾万柒仟元伍角叁分'],
    ['100000', '壹拾万元整'],
    ['100001', '壹拾万零壹元整'],
    ['1000000000', '壹拾亿元整'],
    ['1000000001', '壹拾亿零壹元整'],
    ['100010000', '壹亿零壹万元整'],
    ['20000000000000', '贰拾万亿元整'],
    ['20000100000000', '贰拾万零壹亿元整'],
    ['90071992547409.91', '玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角壹分'],
  ])('says %s yuan as %s', (yuan, words) => {
    expect(said(yuan)).toBe(words);
  });

  it('says every amount in a way that can be read back to the fen', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: MAX_FEN }), (amount) => {
      expect(readBack(amountInWords(fen(amount)))).toBe(amount);
    }), { numRuns: 500 });
  });

  it('has no word for less than nothing', () => {
    expect(() => amountInWords(fen(-1n))).toThrow('not negative');
  });
});

const VALUES = new Map<string, bigint>([...'零壹贰叁肆伍陆柒捌玖'].map((digit, value) => [digit, BigInt(value)]));
const PLACES = new Map([['拾', 10n], ['佰', 100n], ['仟', 1_000n]]);

function readBack(words: string): bigint {
  const [yuan = '', cents = ''] = words.includes('元') ? words.split('元') : ['', words];
  return readWhole(yuan) * 100n + readPart(cents, '角') * 10n + readPart(cents, '分');
}

function readPart(cents: string, unit: string): bigint {
  return VALUES.get(cents.charAt(cents.indexOf(unit) - 1)) ?? 0n;
}

function readWhole(yuan: string): bigint {
  const cut = yuan.lastIndexOf('亿');
  if (cut >= 0) return readBelowYi(yuan.slice(0, cut)) * 100_000_000n + readBelowYi(yuan.slice(cut + 1));
  return readBelowYi(yuan);
}

function readBelowYi(text: string): bigint {
  const cut = text.indexOf('万');
  return cut < 0 ? readGroup(text) : readGroup(text.slice(0, cut)) * 10_000n + readGroup(text.slice(cut + 1));
}

function readGroup(text: string): bigint {
  let total = 0n;
  let digit = 0n;
  for (const sign of text) {
    const place = PLACES.get(sign);
    if (place) [total, digit] = [total + digit * place, 0n];
    else digit = VALUES.get(sign) ?? 0n;
  }
  return total + digit;
}
