export type Row = Readonly<Record<string, string | number>>;

/** A table as Markdown; numbers stand to the right. */
export function markdownTable(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  if (columns.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const marks = columns.map((column) => (isRight(rows, column) ? '---:' : '---'));
  return [line(columns), line(marks), ...rows.map((row) => line(columns.map((column) => cellOf(row, column))))].join('\n');
}

/** A table for a terminal. */
export function plainTable(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => cellOf(row, column).length)));
  const line = (cells: readonly string[]): string => cells
    .map((cell, index) => (isRight(rows, columns[index] ?? '') ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0))).join('  ').trimEnd();
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map((row) => line(columns.map((column) => cellOf(row, column))))].join('\n');
}

const columnsOf = (rows: readonly Row[]): readonly string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))];

const cellOf = (row: Row, column: string): string => {
  const value = row[column] ?? '';
  return typeof value === 'number' ? number(value) : value;
};

const isRight = (rows: readonly Row[], column: string): boolean => rows.every((row) => /^$|^[\d<.,]/.test(cellOf(row, column)));

/** As many digits as say something. */
export function number(value: number): string {
  const size = Math.abs(value);
  const maximumFractionDigits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { maximumFractionDigits });
}
