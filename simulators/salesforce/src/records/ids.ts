const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The 18-character id of the `count`-th record of a type, made as Salesforce makes them. */
export function makeId(prefix: string, count: number): string {
  return withChecksum(`${prefix}MS0000${base62(count).padStart(6, '0')}`);
}

/** Lengthens a 15-character id to 18; anything else stays as it is. */
export function longId(id: string): string {
  return id.length === 15 ? withChecksum(id) : id;
}

// Three characters that say which letters are capitals, so that an id survives programs that ignore case
function withChecksum(id: string): string {
  const suffix = [0, 5, 10].map((start) => {
    const capitals = [...id.slice(start, start + 5)].map((letter) => /[A-Z]/.test(letter));
    return ALPHABET.charAt(capitals.reduce((bits, capital, place) => bits + (capital ? 2 ** place : 0), 0));
  });
  return id + suffix.join('');
}

function base62(count: number): string {
  let text = '';
  for (let rest = count; rest > 0; rest = Math.floor(rest / 62)) text = DIGITS.charAt(rest % 62) + text;
  return text;
}
