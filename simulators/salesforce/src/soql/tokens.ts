/** A word, a literal or a sign of a query, and where it stands. */
export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'date' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const SHAPES: readonly (readonly [Token['kind'], RegExp])[] = [
  ['string', /'((?:[^'\\]|\\.)*)'/y],
  ['date', /\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))?/y],
  ['number', /[+-]?\d+(?:\.\d+)?/y],
  ['word', /[A-Za-z]\w*(?:\.[A-Za-z]\w*)*/y],
  ['sign', /<=|>=|!=|<>|[(),=<>]/y],
];

/** Cuts a query into tokens, the last of which is `end`; answers the place of the first character that fits nowhere. */
export function tokenize(query: string): readonly Token[] | number {
  const tokens: Token[] = [];
  let at = skipBlanks(query, 0);
  while (at < query.length) {
    const token = tokenAt(query, at);
    if (!token) return at;
    tokens.push(token.token);
    at = skipBlanks(query, token.end);
  }
  return [...tokens, { kind: 'end', text: '', at }];
}

function tokenAt(query: string, at: number): { readonly token: Token; readonly end: number } | undefined {
  for (const [kind, shape] of SHAPES) {
    shape.lastIndex = at;
    const match = shape.exec(query);
    if (match) return { token: { kind, text: kind === 'string' ? unescape(match[1] ?? '') : match[0], at }, end: shape.lastIndex };
  }
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function skipBlanks(query: string, from: number): number {
  let at = from;
  while (at < query.length && /\s/.test(query.charAt(at))) at += 1;
  return at;
}
