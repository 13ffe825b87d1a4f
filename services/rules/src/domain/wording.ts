const MOST_TOLD = 10;
const LONGEST_DETAIL = 4_000;

/** Several sentences as one text of bounded length. */
export function told(sentences: readonly string[]): string {
  const more = sentences.length > MOST_TOLD ? `; and ${sentences.length - MOST_TOLD} more` : '';
  return `${sentences.slice(0, MOST_TOLD).join('; ').slice(0, LONGEST_DETAIL)}${more}`;
}

/** A text of somebody else's as it can be kept and shown: of bounded length, without zero bytes and halves of letters. */
export const printable = (text: string, most: number): string => text.slice(0, most).replaceAll('\0', '\uFFFD').toWellFormed();
