import { isNumberField, LONGEST_TEXT, quoted, readNumber, type Field, type NumberField } from './field.ts';
import { both, either, everything, ranges, type Range, type Reach } from './reach.ts';

/** Limits of one cell: whoever writes a rule is not trusted with the time of who decides by it. */
export const LONGEST_CELL = 2_000;
export const MOST_ALTERNATIVES = 100;

export type CellRead = { readonly ok: true; readonly reach: Reach } | { readonly ok: false; readonly problem: string };

/**
 * Reads a condition as JDM decision tables write it, the part of that language that is no program: nothing or `-` for anything; a number, `> 45`, `>= 45`, `< 45`,
 * `<= 45`, `!= 45`, `[10..20]`, `(10..20]`; `"华东"`, `!= "华东"`, `not in ["华东", "华南"]`; `true`, `false`; and several of them with commas, any of which may hold.
 */
export function readCell(field: Field, text: string): CellRead {
  const cell = text.trim();
  if (cell.length > LONGEST_CELL) return refuse(`is longer than ${LONGEST_CELL} letters`);
  if (cell === '' || cell === '-') return { ok: true, reach: everything(field) };
  const parts = split(cell);
  if (parts === null) return refuse(`has a quote or a bracket that is never closed: ${quoted(cell)}`);
  if (parts.length > MOST_ALTERNATIVES) return refuse(`has more than ${MOST_ALTERNATIVES} alternatives`);
  let reach: Reach | null = null;
  for (const part of parts) {
    const read = isNumberField(field) ? readRange(field, part) : readTexts(field, part);
    if (!read.ok) return read;
    reach = reach === null ? read.reach : either(reach, read.reach);
  }
  return reach === null ? refuse('says nothing') : { ok: true, reach: both(reach, everything(field)) };
}

/** Cuts at commas that are neither within quotes nor within brackets; null when something stays open. */
function split(cell: string): readonly string[] | null {
  const parts: string[] = [];
  let [from, depth, isQuoted] = [0, 0, false];
  for (let at = 0; at < cell.length; at += 1) {
    const letter = cell[at];
    if (letter === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (letter === '[' || letter === '(') depth += 1;
    if (letter === ']' || letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) {
      parts.push(cell.slice(from, at).trim());
      from = at + 1;
    }
  }
  return isQuoted || depth !== 0 ? null : [...parts, cell.slice(from).trim()];
}

const INTERVAL = /^([[(])\s*(-?[\d.]*?)\s*\.\.\s*(-?[\d.]*)\s*([\])])$/;
const COMPARED = /^(>=|<=|==|!=|>|<)?\s*(\S+)$/;

function readRange(field: NumberField, part: string): CellRead {
  const interval = INTERVAL.exec(part);
  if (interval) return readInterval(field, interval);
  const [, operator = '==', digits = ''] = COMPARED.exec(part) ?? [];
  const number = readNumber(field, digits);
  if (typeof number === 'string') return refuse(`${number}; write for instance 45, > 45, <= 45 or [10..20]`);
  return { ok: true, reach: ranges(compared(operator, number)) };
}

function compared(operator: string, number: number): readonly Range[] {
  switch (operator) {
    case '>': return [{ from: number + 1, to: Infinity }];
    case '>=': return [{ from: number, to: Infinity }];
    case '<': return [{ from: -Infinity, to: number - 1 }];
    case '<=': return [{ from: -Infinity, to: number }];
    case '!=': return [{ from: -Infinity, to: number - 1 }, { from: number + 1, to: Infinity }];
    default: return [{ from: number, to: number }];
  }
}

function readInterval(field: NumberField, [whole, opens, first = '', last = '', closes]: RegExpExecArray): CellRead {
  const [from, to] = [readNumber(field, first), readNumber(field, last)];
  if (typeof from === 'string') return refuse(from);
  if (typeof to === 'string') return refuse(to);
  const range = { from: opens === '(' ? from + 1 : from, to: closes === ')' ? to - 1 : to };
  return range.from > range.to ? refuse(`${quoted(whole)} holds no number at all`) : { ok: true, reach: ranges([range]) };
}

const NOT_IN = /^not\s+in\s*\[(.*)\]$/s;
const IN = /^in\s*\[(.*)\]$/s;
const LITERAL = /^"([^"\\]*)"$/;

function readTexts(field: Field, part: string): CellRead {
  const listed = NOT_IN.exec(part) ?? IN.exec(part);
  if (listed) {
    const { texts, problem } = readList(field, listed[1] ?? '');
    if (problem !== undefined) return refuse(problem);
    return { ok: true, reach: part.startsWith('not') ? { type: 'other-texts', but: texts } : { type: 'texts', texts } };
  }
  const [, operator = '==', literal = ''] = /^(==|!=)?\s*(.+)$/s.exec(part) ?? [];
  const text = readText(field, literal.trim());
  if (text.problem !== undefined) return refuse(text.problem);
  return { ok: true, reach: operator === '!=' ? { type: 'other-texts', but: new Set([text.value]) } : { type: 'texts', texts: new Set([text.value]) } };
}

function readList(field: Field, inside: string): { readonly texts: ReadonlySet<string>; readonly problem?: string } {
  const texts = new Set<string>();
  for (const item of split(inside) ?? []) {
    const { value, problem } = readText(field, item);
    if (problem !== undefined) return { texts, problem };
    texts.add(value);
  }
  return { texts, ...(texts.size > MOST_ALTERNATIVES && { problem: `lists more than ${MOST_ALTERNATIVES} texts` }) };
}

type TextRead = { readonly value: string; readonly problem?: undefined } | { readonly value?: undefined; readonly problem: string };

function readText(field: Field, literal: string): TextRead {
  if (field.type === 'flag') return literal === 'true' || literal === 'false' ? { value: literal } : { problem: `${quoted(literal)} is neither true nor false` };
  const value = LITERAL.exec(literal)?.[1];
  if (value === undefined) return { problem: `${quoted(literal)} is not a text in double quotes` };
  if (value.length > LONGEST_TEXT) return { problem: `a text has at most ${LONGEST_TEXT} letters` };
  if (field.type === 'choice' && !field.choices.some((choice) => choice.value === value)) {
    return { problem: `${quoted(value)} is none of ${field.choices.map((choice) => choice.value).join(', ')}` };
  }
  return { value };
}

const refuse = (problem: string): CellRead => ({ ok: false, problem });
