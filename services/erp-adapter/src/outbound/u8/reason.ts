const WORDS: readonly (readonly [RegExp, string])[] = [
  [/客户.*不存在/, 'unknown-customer'],
  [/存货.*不存在/, 'unknown-inventory'],
  [/已结账/, 'period-closed'],
  [/可用量不足/, 'insufficient-stock'],
];

/** A stable reason for U8's "no" where only its words tell why. */
export function reasonInWords(words: string): string {
  return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 'erp-refused';
}
