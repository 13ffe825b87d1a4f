/** A text in the languages of the people who read it. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** What a field is given and gives, in whole units: money in fen, a percentage in hundredths of a percent, days, a count, a multiple in hundredths. */
export type Value = number | string | boolean;

export type Values = Readonly<Record<string, Value>>;

/** How a field is written in a table and counted inside: `decimals` digits after the point are kept. */
export const numberKinds = {
  money: { decimals: 2, unit: 'CNY' },
  percent: { decimals: 2, unit: '%' },
  days: { decimals: 0, unit: 'd' },
  hours: { decimals: 0, unit: 'h' },
  count: { decimals: 0, unit: '' },
  multiple: { decimals: 2, unit: 'x' },
} as const;

export type NumberKind = keyof typeof numberKinds;

interface Common {
  readonly name: string;
  readonly label: Words;
  /** What is taken where facts do not say it, so that tests and decisions from before the field was there stay good. Absent where it has to be said. */
  readonly untold?: Value;
}

export interface NumberField extends Common {
  readonly type: NumberKind;
  /** The least and the most it can be, in whole units; what is outside is refused where it enters. */
  readonly least: number;
  readonly most: number;
  readonly example: number;
}

export interface TextField extends Common {
  readonly type: 'text';
  readonly example: string;
}

/** A text of a closed list. */
export interface ChoiceField extends Common {
  readonly type: 'choice';
  readonly choices: readonly (Words & { readonly value: string })[];
  readonly example: string;
}

export interface FlagField extends Common {
  readonly type: 'flag';
  readonly example: boolean;
}

export type Field = NumberField | TextField | ChoiceField | FlagField;

export const isNumberField = (field: Field): field is NumberField => field.type in numberKinds;

/** Longest text that a field holds. */
export const LONGEST_TEXT = 200;

/** Why a value is none of a field's; null when it is one. */
export function whyNot(field: Field, value: unknown): string | null {
  switch (field.type) {
    case 'text':
      return typeof value === 'string' && value.length <= LONGEST_TEXT ? null : `must be a text of at most ${LONGEST_TEXT} letters`;
    case 'choice':
      return field.choices.some((choice) => choice.value === value) ? null : `must be one of ${field.choices.map((choice) => choice.value).join(', ')}`;
    case 'flag':
      return typeof value === 'boolean' ? null : 'must be true or false';
    default: {
      const isOne = typeof value === 'number' && Number.isSafeInteger(value) && value >= field.least && value <= field.most;
      return isOne ? null : `must be ${kindInWords(field)} from ${writeNumber(field, field.least)} to ${writeNumber(field, field.most)}`;
    }
  }
}

/** The value of a field that is nearest to what is given: a text of bounded length, a number within what the field can be. */
export function nearestTo(field: Field, given: Value | bigint): Value {
  if (typeof given === 'boolean') return given;
  if (!isNumberField(field) || typeof given === 'string') return String(given).slice(0, LONGEST_TEXT);
  return Number(given < field.least ? field.least : given > field.most ? field.most : given);
}

const NUMBER = /^-?\d{1,15}(?:\.\d{1,4})?$/;

/** Reads a number as a table writes it, "200" or "200.50", in whole units of the field; a reason when it is none, or finer than the field counts. */
export function readNumber(field: NumberField, text: string): number | string {
  const { decimals } = numberKinds[field.type];
  if (!NUMBER.test(text)) return `${quoted(text)} is not a number`;
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > decimals) return `${quoted(text)} is finer than ${decimals === 0 ? 'a whole number' : `${decimals} decimals`}`;
  const units = Number(whole + kept.padEnd(decimals, '0'));
  if (!Number.isSafeInteger(units)) return `${quoted(text)} is too large`;
  return text.startsWith('-') ? -units : units;
}

/** Writes whole units as a table does: 20050 fen are "200.5". */
export function writeNumber(field: NumberField, units: number): string {
  const { decimals } = numberKinds[field.type];
  if (decimals === 0) return String(units);
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  return `${units < 0 ? '-' : ''}${digits.slice(0, -decimals)}${fraction && `.${fraction}`}`;
}

export const quoted = (text: string): string => `"${text.length > 40 ? `${text.slice(0, 40)}...` : text}"`;

function kindInWords({ type }: NumberField): string {
  const { decimals, unit } = numberKinds[type];
  return `${decimals === 0 ? 'a whole number' : `a number with at most ${decimals} decimals`}${unit && ` (${unit})`}`;
}
