/** A cell that a spreadsheet would take for a formula is text from here on. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** One cell of free text (RFC 4180), neutralised. */
export function textCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line of cells. */
export const csvRow = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;
