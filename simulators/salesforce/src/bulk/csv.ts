import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify';
import { problem, type Problem } from '../problems.ts';
import type { Value } from '../records/store.ts';

/** How a job's CSV is written; the names are Salesforce's. */
export interface CsvFormat {
  readonly columnDelimiter: string;
  readonly lineEnding: string;
}

const DELIMITERS: ReadonlyMap<string, string> = new Map([['COMMA', ','], ['TAB', '\t'], ['PIPE', '|'], ['SEMICOLON', ';'], ['CARET', '^'], ['BACKQUOTE', '`']]);
const LINE_ENDINGS: ReadonlyMap<string, string> = new Map([['LF', '\n'], ['CRLF', '\r\n']]);

/** The format a caller asks for: commas and LF where it names none. */
export function formatFrom({ columnDelimiter = 'COMMA', lineEnding = 'LF', contentType = 'CSV' }: Readonly<Record<string, unknown>>): CsvFormat | Problem {
  if (contentType !== 'CSV') return problem('INVALIDJOB', `InvalidJob : Unsupported content type: ${String(contentType)}`);
  if (!DELIMITERS.has(String(columnDelimiter))) return problem('INVALIDJOB', `InvalidJob : Unsupported column delimiter: ${String(columnDelimiter)}`);
  if (!LINE_ENDINGS.has(String(lineEnding))) return problem('INVALIDJOB', `InvalidJob : Unsupported line ending: ${String(lineEnding)}`);
  return { columnDelimiter: String(columnDelimiter), lineEnding: String(lineEnding) };
}

/** Writes a table, names first, as Salesforce does: every value in quotes, what is empty as nothing between them. */
export function csvOf(rows: Iterable<readonly Value[]> | AsyncIterable<readonly Value[]>, { columnDelimiter, lineEnding }: CsvFormat): Readable {
  return Readable.from(rows).pipe(stringify({
    quoted: true, quoted_empty: true, cast: { boolean: String },
    delimiter: DELIMITERS.get(columnDelimiter) ?? ',', record_delimiter: LINE_ENDINGS.get(lineEnding) ?? '\n',
  }));
}

/** Reads a table row by row, the first one with the names. Throws a CsvError where the text is no CSV. */
export function rowsOf(text: string, { columnDelimiter }: CsvFormat): AsyncIterable<readonly string[]> {
  return Readable.from([text]).pipe(parse({ bom: true, delimiter: DELIMITERS.get(columnDelimiter) ?? ',' }));
}
