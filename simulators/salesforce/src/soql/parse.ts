import { ok, problem, refused, type Answer } from '../problems.ts';
import { tokenize, type Token } from './tokens.ts';

export type Literal = string | number | boolean | null;
/** A literal with its kind, since '2026-01-01' in quotes is text and without them a date. */
export interface Operand {
  readonly kind: 'string' | 'number' | 'date' | 'boolean' | 'null';
  readonly value: Literal;
}
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'IN' | 'NOT IN';
export type Condition =
  | { readonly type: 'compare'; readonly path: string; readonly operator: Operator; readonly operands: readonly Operand[] }
  | { readonly type: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly type: 'not'; readonly part: Condition };
export interface Query {
  readonly from: string;
  readonly paths: readonly string[];
  readonly children: readonly Query[];
  readonly countOnly: boolean;
  readonly where: Condition | undefined;
  readonly orderBy: readonly { readonly path: string; readonly descending: boolean; readonly nullsLast: boolean }[];
  readonly limit: number | undefined;
  readonly offset: number;
}

/**
 * Reads the part of SOQL that integrations use: SELECT fields, parent paths, child subqueries or COUNT(), FROM, WHERE with
 * = != < <= > >= LIKE IN NOT AND OR and brackets, ORDER BY, LIMIT, OFFSET. Answers MALFORMED_QUERY for anything else.
 */
export function parseQuery(text: string): Answer<Query> {
  const tokens = tokenize(text);
  if (typeof tokens === 'number') return refused(problem('MALFORMED_QUERY', `unexpected character '${text.charAt(tokens)}' at position ${tokens}`));
  const reader = new Reader(tokens);
  try {
    const query = readSelect(reader);
    reader.expectEnd();
    return ok(query);
  } catch (error) {
    if (error instanceof Malformed) return refused(problem('MALFORMED_QUERY', error.message));
    throw error;
  }
}

class Malformed extends Error {}

// Reads ahead by one token; a query that doesn't fit ends in Malformed, caught at the front door only
class Reader {
  private place = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  peek(): Token {
    return this.tokens[this.place] ?? { kind: 'end', text: '', at: 0 };
  }

  take(kind: Token['kind']): Token {
    const token = this.peek();
    if (token.kind !== kind) throw this.unexpected();
    this.place += 1;
    return token;
  }

  accept(text: string): boolean {
    const { kind, text: found } = this.peek();
    if ((kind !== 'word' && kind !== 'sign') || found.toUpperCase() !== text) return false;
    this.place += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(text);
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected();
  }

  unexpected(wanted?: string): Malformed {
    const { text, kind, at } = this.peek();
    return new Malformed(`unexpected token: '${kind === 'end' ? '<EOF>' : text}' at position ${at}${wanted ? `, expecting ${wanted}` : ''}`);
  }
}

function readSelect(reader: Reader): Query {
  reader.expect('SELECT');
  const { paths, children, countOnly } = readItems(reader);
  reader.expect('FROM');
  const from = reader.take('word').text;
  const where = reader.accept('WHERE') ? readOr(reader) : undefined;
  const orderBy = readOrderBy(reader);
  const limit = reader.accept('LIMIT') ? Number(reader.take('number').text) : undefined;
  const offset = reader.accept('OFFSET') ? Number(reader.take('number').text) : 0;
  return { from, paths, children, countOnly, where, orderBy, limit, offset };
}

function readItems(reader: Reader): Pick<Query, 'paths' | 'children' | 'countOnly'> {
  const paths: string[] = [];
  const children: Query[] = [];
  if (reader.accept('COUNT')) {
    reader.expect('(');
    reader.expect(')');
    return { paths, children, countOnly: true };
  }
  do {
    if (!reader.accept('(')) {
      paths.push(reader.take('word').text);
      continue;
    }
    children.push(readSelect(reader));
    reader.expect(')');
  } while (reader.accept(','));
  return { paths, children, countOnly: false };
}

function readOr(reader: Reader): Condition {
  const parts = [readAnd(reader)];
  while (reader.accept('OR')) parts.push(readAnd(reader));
  return parts.length === 1 && parts[0] ? parts[0] : { type: 'or', parts };
}

function readAnd(reader: Reader): Condition {
  const parts = [readTerm(reader)];
  while (reader.accept('AND')) parts.push(readTerm(reader));
  return parts.length === 1 && parts[0] ? parts[0] : { type: 'and', parts };
}

function readTerm(reader: Reader): Condition {
  if (reader.accept('NOT')) return { type: 'not', part: readTerm(reader) };
  if (reader.accept('(')) {
    const inner = readOr(reader);
    reader.expect(')');
    return inner;
  }
  const path = reader.take('word').text;
  if (reader.accept('IN')) return { type: 'compare', path, operator: 'IN', operands: readList(reader) };
  if (reader.accept('NOT')) {
    reader.expect('IN');
    return { type: 'compare', path, operator: 'NOT IN', operands: readList(reader) };
  }
  if (reader.accept('LIKE')) return { type: 'compare', path, operator: 'LIKE', operands: [readOperand(reader)] };
  const operator = OPERATORS.get(reader.peek().text);
  if (!operator) throw reader.unexpected('an operator');
  reader.take('sign');
  return { type: 'compare', path, operator, operands: [readOperand(reader)] };
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map([['=', '='], ['!=', '!='], ['<>', '!='], ['<', '<'], ['<=', '<='], ['>', '>'], ['>=', '>=']]);

function readList(reader: Reader): readonly Operand[] {
  reader.expect('(');
  const operands = [readOperand(reader)];
  while (reader.accept(',')) operands.push(readOperand(reader));
  reader.expect(')');
  return operands;
}

function readOperand(reader: Reader): Operand {
  const { kind, text } = reader.peek();
  if (kind === 'word') {
    if (reader.accept('NULL')) return { kind: 'null', value: null };
    if (reader.accept('TRUE')) return { kind: 'boolean', value: true };
    if (reader.accept('FALSE')) return { kind: 'boolean', value: false };
  }
  if (kind !== 'string' && kind !== 'number' && kind !== 'date') throw reader.unexpected('a literal');
  reader.take(kind);
  return { kind, value: kind === 'number' ? Number(text) : text };
}

function readOrderBy(reader: Reader): Query['orderBy'] {
  if (!reader.accept('ORDER')) return [];
  reader.expect('BY');
  const orders = [readOrder(reader)];
  while (reader.accept(',')) orders.push(readOrder(reader));
  return orders;
}

function readOrder(reader: Reader): Query['orderBy'][number] {
  const path = reader.take('word').text;
  const descending = reader.accept('DESC');
  if (!descending) reader.accept('ASC');
  const nullsLast = reader.accept('NULLS') && !reader.accept('FIRST');
  if (nullsLast) reader.expect('LAST');
  return { path, descending, nullsLast };
}
