import type { Refusal } from '../../domain/booking.ts';
import type { U8Fields } from '../u8/fields.ts';
import type { NoAnswer } from '../u8/http.ts';
import { reasonInWords } from '../u8/reason.ts';

/** What U8 said to one request, or why there was no answer to go by. */
export type Said =
  | { readonly type: 'yes'; readonly fields: U8Fields }
  | { readonly type: 'no'; readonly errcode: string; readonly errmsg: string }
  | NoAnswer;

/**
 * Error codes. "0" and "20002" were seen on the real OpenAPI; Yonyou's own table was not to be had, so the others are the
 * simulator's. Whatever is not in here is told in U8's words under the reason erp-refused.
 */
export const errcodes = {
  ok: '0',
  notFound: '20002',
  wrongToken: '10002',
  wrongState: '20003',
} as const;

/** Codes that say nothing about the order: the caller is not let in, or too fast for its data source. */
export const notNow: ReadonlySet<string> = new Set(['10001', '10002', '10004']);
export const tooFast: ReadonlySet<string> = new Set(['10004']);
const stillWorking: ReadonlySet<string> = new Set(['20010']);
const WORKING_WORDS = /处理中|正在处理|排队/;

/** Whether U8 has not come to the end of a write yet. The code is the simulator's, so the words count, too. */
export function isStillWorking({ errcode, errmsg }: { readonly errcode: string; readonly errmsg: string }): boolean {
  return stillWorking.has(errcode) || WORKING_WORDS.test(errmsg);
}

const REASONS: ReadonlyMap<string, string> = new Map([['20003', 'wrong-state'], ['20004', 'period-closed'], ['20005', 'insufficient-stock'], ['10005', 'biz-id-taken']]);

/** U8's "no" as a reason of ours, with its own words. */
export function refusalIn({ errcode, errmsg }: { readonly errcode: string; readonly errmsg: string }): Refusal {
  return { reason: REASONS.get(errcode) ?? reasonInWords(errmsg), detail: `U8 ${errcode}: ${errmsg.slice(0, 300)}` };
}
