import { hours, seconds, type Duration } from '@order-mesh/kernel';
import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios';
import { textOf } from './answer.ts';
import type { CallResult } from './call.ts';
import { guardedAgents, type Reach } from './reach.ts';

/**
 * Opens HTTP to a partner: any status is an answer, the body is given as it came, redirects and proxies of the environment are not followed.
 * Rejects when no answer came, one of more than `mostBytes`, or when a call would lead out of its reach.
 */
export function partnerHttp(reach: Reach, mostBytes: number, settings: CreateAxiosDefaults = {}): AxiosInstance {
  return axios.create({
    ...guardedAgents(reach),
    maxContentLength: mostBytes, maxRedirects: 0, proxy: false, responseType: 'text', transformResponse: (body: unknown) => body, validateStatus: () => true, ...settings,
  });
}

export type TurnedAway = Extract<CallResult<never>, { readonly type: 'unavailable' }>;

const TOO_MANY = 429;
const USUAL_PAUSE = seconds(1);
// One header must not stop a ledger for a day
const LONGEST_PAUSE = hours(1);

/** A call that a partner turned away at its door: surely not carried out. With 429 its ledger is left alone for as long as the partner asks. */
export function turnedAway(detail: string, { status, headers }: { readonly status: number; readonly headers: unknown }): TurnedAway {
  return { type: 'unavailable', detail, ...(status === TOO_MANY && { retryAfter: retryAfterIn(headers) }) };
}

/** How long a partner wants to be left alone: its `Retry-After`, in seconds or as a date beside its own `Date`, within 1 s and 1 h; 1 s when it does not say. */
export function retryAfterIn(headers: unknown): Duration {
  const text = textOf(headers, 'retry-after').trim();
  const asked = /^\d+$/.test(text) ? seconds(Number(text)) : Date.parse(text) - Date.parse(textOf(headers, 'date'));
  return Math.min(LONGEST_PAUSE, Math.max(USUAL_PAUSE, Number.isFinite(asked) ? asked : USUAL_PAUSE));
}
