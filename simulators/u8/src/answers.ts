/** U8 speaks text only: numbers, dates and flags alike; what is empty is left out. */
export type Fields = Readonly<Record<string, string>>;

/** What U8 says to a write: errcode "0" and the document's id, or why not. */
export interface Answer {
  readonly errcode: string;
  readonly errmsg: string;
  readonly id?: string;
  readonly tradeid?: string;
  readonly url?: string;
}

/** Every errcode this simulator uses. Only "0" and "20002" were seen on the real service; the others are ours, see README. */
export const ERRORS = {
  ok: '0',
  wrongCredentials: '10001',
  wrongToken: '10002',
  wrongTradeid: '10003',
  tooFast: '10004',
  bizIdTaken: '10005',
  badCall: '10006',
  unknownCall: '10009',
  refused: '20001',
  notFound: '20002',
  wrongState: '20003',
  periodClosed: '20004',
  shortStock: '20005',
  stillWorking: '20010',
} as const;

/** A "no" in U8's words. */
export interface Refusal {
  readonly type: 'refused';
  readonly errcode: string;
  readonly errmsg: string;
}

/** Says no. */
export function refuse(reason: keyof typeof ERRORS, errmsg: string): Refusal {
  return { type: 'refused', errcode: ERRORS[reason], errmsg };
}

/** Tells a "no" from anything else. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'refused';
}

/** The refusal as it goes over the wire. */
export function refusalAnswer({ errcode, errmsg }: Refusal): Answer {
  return { errcode, errmsg };
}

/** Drops empty fields, as U8 does. */
export function withoutEmpty(fields: Readonly<Record<string, string | undefined>>): Fields {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
}

/** Keeps the scalar fields of a JSON object, as text. */
export function textFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) return {};
  const scalars = Object.entries(value).filter(([, field]) => ['string', 'number', 'boolean'].includes(typeof field));
  return withoutEmpty(Object.fromEntries(scalars.map(([name, field]) => [name, String(field).trim()])));
}
