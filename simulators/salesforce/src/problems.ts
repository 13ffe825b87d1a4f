/** A refusal in Salesforce's words; `status` is the HTTP status it travels with when it stands alone. */
export interface Problem {
  readonly errorCode: string;
  readonly message: string;
  readonly fields: readonly string[];
  readonly status: number;
  /** The records that were meant, when there are several. */
  readonly candidates?: readonly string[];
}

/** Makes a refusal; 400 unless another status is named. */
export function problem(errorCode: string, message: string, { fields = [], status = 400 }: { readonly fields?: readonly string[]; readonly status?: number } = {}): Problem {
  return { errorCode, message, fields, status };
}

export const notFound: Problem = problem('NOT_FOUND', 'The requested resource does not exist', { status: 404 });

/** The object type does not exist in this organisation. */
export function unknownType(name: string): Problem {
  return problem('NOT_FOUND', `The requested resource does not exist: sObject type '${name}'`, { status: 404 });
}

/** What went well, or why not. */
export type Answer<T> = { readonly type: 'ok'; readonly value: T } | { readonly type: 'refused'; readonly problem: Problem };

export const ok = <T>(value: T): Answer<T> => ({ type: 'ok', value });
export const refused = (problem: Problem): { readonly type: 'refused'; readonly problem: Problem } => ({ type: 'refused', problem });
