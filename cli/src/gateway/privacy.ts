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
export const eraseAt = (url: string, of: ErasureOf, { reason, by }: { readonly reason: string; readonly by: string }): Promise<Erasure> =>
  askAt(url)<Erasure>('POST', '/v1/privacy/erasures', { ...of, reason, requestedBy: by });
