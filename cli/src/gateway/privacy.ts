import type { Session } from '../session/session.ts';
import { askAt } from './http.ts';

export interface Erasure {
  /** As the audit log names it; null where nothing was left to do. */
  readonly erasureId: string | null;
  readonly customerId: string;
  readonly contacts: number;
  readonly doneBefore: boolean;
}

export type ErasureOf = { readonly orderId: string } | { readonly customerId: string };

/** Has contacts forgotten by the mesh behind this gateway. Rejects with NOT_RUNNING when nobody answers there, BAD_REQUEST when it says no. */
export const eraseAt = (url: string, session: Session, { of, reason }: { readonly of: ErasureOf; readonly reason: string }): Promise<Erasure> =>
  askAt(url, session)<Erasure>('POST', '/v1/privacy/erasures', { ...of, reason });
