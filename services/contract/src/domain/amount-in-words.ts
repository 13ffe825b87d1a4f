import type { Fen } from '@order-mesh/kernel';
import { MeshError } from '@order-mesh/kernel';

const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const PLACES = ['', '拾', '佰', '仟'];
const GROUPS = ['', '万', '亿', '万亿'];

/** An amount as Chinese contracts and cheques write it, after the rules of the central bank: 123.45 is 壹佰贰拾叁元肆角伍分. Throws BAD_AMOUNT below zero. */
export function amountInWords(amount: Fen): string {
  if (amount < 0n) throw new MeshError('BAD_AMOUNT', { advice: `an amount in words is not negative, got ${amount} fen` });
  const [yuan, jiao, fen] = [amount / 100n, Number((amount / 10n) % 10n), Number(amount % 10n)];
  const whole = yuan === 0n ? '' : `${wholeInWords(yuan)}元`;
  if (jiao === 0 && fen === 0) return `${whole || '零元'}整`;
  if (fen === 0) return `${whole}${DIGITS[jiao]}角整`;
  // A missing 角 between 元 and 分 is spoken, so that nobody can write one in
  const tenths = jiao > 0 ? `${DIGITS[jiao]}角` : whole && '零';
  return `${whole}${tenths}${DIGITS[fen]}分`;
}

function wholeInWords(yuan: bigint): string {
  const groups = groupsOf(yuan);
  let words = '';
  let isGap = false;
  for (let at = groups.length - 1; at >= 0; at -= 1) {
    const group = groups[at] ?? 0;
    if (group === 0) {
      isGap = words !== '';
      continue;
    }
    const zero = words !== '' && (isGap || group < 1_000) ? '零' : '';
    words += `${zero}${groupInWords(group)}${unitOf(at, groups)}`;
    isGap = false;
  }
  return words;
}

// 万亿 is one unit only when no 亿 follows: 2,0001 亿 is 贰万零壹亿
function unitOf(at: number, groups: readonly number[]): string {
  return at === 3 && (groups[2] ?? 0) > 0 ? '万' : (GROUPS[at] ?? '');
}

function groupsOf(yuan: bigint): readonly number[] {
  const groups: number[] = [];
  for (let rest = yuan; rest > 0n; rest /= 10_000n) groups.push(Number(rest % 10_000n));
  return groups;
}

function groupInWords(group: number): string {
  let words = '';
  let isGap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (digit === 0) {
      isGap = words !== '';
      continue;
    }
    words += `${isGap ? '零' : ''}${DIGITS[digit]}${PLACES[place]}`;
    isGap = false;
  }
  return words;
}
