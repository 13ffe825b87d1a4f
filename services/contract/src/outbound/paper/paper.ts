import type { Terms } from '../../domain/terms.ts';

/** Height of a page (A4) in points. */
export const PAGE_HEIGHT = 841.89;

/** Where the middle of a seal goes: page from 1, points from the lower left corner. */
export interface SealPlace {
  readonly page: number;
  readonly x: number;
  readonly y: number;
}

/** A printed contract. The same terms give the same bytes. */
export interface Paper {
  readonly type: 'printed';
  readonly bytes: Uint8Array;
  readonly pages: number;
  readonly buyerSeal: SealPlace;
  readonly sellerSeal: SealPlace;
}

/** The names on a contract must be readable: one the font has no signs for is not printed at all. */
export interface Unprintable {
  readonly type: 'unprintable';
  readonly detail: string;
}

export type PrintContract = (terms: Terms) => Promise<Paper | Unprintable>;
