/** 138****5678; a number too short to keep seven digits of is hidden whole. */
export function maskPhone(phone: string): string {
  const digits = phone.replaceAll(/\D/g, '');
  return digits.length >= 10 ? `${digits.slice(0, 3)}****${digits.slice(-4)}` : '****';
}

/** 王芳 is 王*. */
export function maskName(name: string): string {
  const [first = ''] = name;
  return `${first}*`;
}

export const maskStreet = (_street: string): string => '***';

/** Chinese telephone numbers as people and partners write them: mobile ones, and those of a place with its code in front. */
const PHONE = /(?<![\dA-Za-z])(?:\+?86[- ]?)?(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]\d{7,8})(?![\dA-Za-z])/g;

/** Text with the telephone numbers in it masked: what a partner, a person or an error says may quote one. */
export function maskPhonesIn(text: string): string {
  return text.length < SHORTEST_PHONE ? text : text.replaceAll(PHONE, (found) => maskPhone(found.replace(/^\+?86[- ]?(?=1)/, '')));
}

const SHORTEST_PHONE = 11;

/** Text without these words of a person, each struck out wherever it occurs: the longest first, so that none hides in another. */
export function strikeOut(text: string, words: readonly string[]): string {
  const known = words.filter((word) => word.length >= SHORTEST_WORD).toSorted((one, other) => other.length - one.length);
  return known.reduce((left, word) => left.replaceAll(word, '***'), text);
}

// a sign alone occurs in too much
const SHORTEST_WORD = 2;
