import { ERRORS, type Fields } from './answers.ts';

const CALL_PARAMETERS = new Set(['from_account', 'to_account', 'app_key', 'token', 'ds_sequence', 'page_index', 'rows_per_page', 'tradeid', 'biz_id', 'sync']);
const STATES: Readonly<Record<string, string>> = { Opening: '开立', Approved: '审核', Closed: '关闭' };
const USUAL_ROWS = 20;
const MOST_ROWS = 8_000;

/** Takes what narrows a list down out of a call's parameters; `aliases` maps U8's filter names to field names where they differ. */
export function filtersIn(query: Fields, aliases: Readonly<Record<string, string>> = {}): Fields {
  const filters = Object.entries(query).filter(([name]) => !CALL_PARAMETERS.has(name));
  return Object.fromEntries(filters.map(([name, value]) => [renamed(name, aliases), name === 'state' ? STATES[value] ?? value : value]));
}

/** Whether a row passes every filter: `x_begin` and `x_end` are bounds and belong to the range, anything else must be equal. */
export function passes(row: Fields, filters: Fields): boolean {
  return Object.entries(filters).every(([name, wanted]) => {
    if (name.endsWith('_begin')) return compared(row, name.slice(0, -6), wanted) >= 0;
    if (name.endsWith('_end')) return compared(row, name.slice(0, -4), wanted) <= 0;
    return row[name] === wanted;
  });
}

/** One page of the rows in U8's envelope; "20002" when there is none. */
export function pageOf(name: string, rows: readonly Fields[], query: Fields): Readonly<Record<string, unknown>> {
  const perPage = Math.min(wholeNumber(query['rows_per_page'], USUAL_ROWS), MOST_ROWS);
  const page = wholeNumber(query['page_index'], 1);
  const shown = rows.slice((page - 1) * perPage, page * perPage);
  if (shown.length === 0) return { errcode: ERRORS.notFound, errmsg: `未检索到匹配的[${name}]` };
  return {
    page_index: String(page),
    page_count: String(Math.ceil(rows.length / perPage)),
    row_count: String(rows.length),
    rows_per_page: String(perPage),
    errmsg: '',
    errcode: ERRORS.ok,
    [name]: shown,
  };
}

function renamed(name: string, aliases: Readonly<Record<string, string>>): string {
  const [, stem = name, bound = ''] = /^(.*?)(_begin|_end)?$/.exec(name) ?? [];
  return `${aliases[stem] ?? stem}${bound}`;
}

function compared(row: Fields, field: string, bound: string): number {
  const value = row[field] ?? '';
  if (field === 'timestamp') return Number(value) - Number(bound);
  return value === bound ? 0 : value < bound ? -1 : 1;
}

function wholeNumber(text: string | undefined, usual: number): number {
  const value = Number(text ?? usual);
  return Number.isInteger(value) && value > 0 ? value : usual;
}
