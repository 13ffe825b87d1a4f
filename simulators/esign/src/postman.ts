import { setTimeout as wait } from 'node:timers/promises';
import type { FaultRule, Faults } from '@order-mesh/simulator';
import type { Letter, Outcome } from './memory.ts';
import { callbackSignature, type EsignCredentials } from './signature.ts';

/** What the postman works with; `retryAfterMs` has one entry for each further attempt. */
export interface Round {
  readonly credentials: EsignCredentials;
  readonly retryAfterMs: readonly number[];
  readonly faults: () => Faults;
  readonly now: () => number;
  readonly settle: (letter: Letter, outcome: Outcome) => void;
}

/** Takes letters to notifyUrl: those of one flow one after the other, and no more than a few at a time. */
export interface Postman {
  send(letters: readonly Letter[]): void;
  /** Lets what is under way go; unheard letters are sent again after the next start. */
  stop(): void;
}

const AT_ONCE = 32;
const ANSWER_WITHIN_MS = 5_000;

/** Hires a postman. */
export function hirePostman(round: Round): Postman {
  const lastOf = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const turn = turns(AT_ONCE);
  const deliver = async (letter: Letter) => {
    for (const pause of [0, ...round.retryAfterMs]) {
      if (pause > 0) await wait(pause, undefined, { signal: stopping.signal, ref: false });
      const isHeard = await turn(() => attempt(letter, round, stopping.signal));
      // Nothing may be recorded once the journal is closed
      if (stopping.signal.aborted) return;
      if (isHeard) return round.settle(letter, 'heard');
    }
    round.settle(letter, 'unheard');
  };
  return {
    send: (letters) => letters.forEach((letter) => {
      const before = lastOf.get(letter.flowId) ?? Promise.resolve();
      const delivered = before.then(() => deliver(letter)).catch(() => {});
      lastOf.set(letter.flowId, delivered);
      void delivered.then(() => lastOf.get(letter.flowId) === delivered && lastOf.delete(letter.flowId));
    }),
    stop: () => stopping.abort(),
  };
}

async function attempt(letter: Letter, round: Round, stopped: AbortSignal): Promise<boolean> {
  const fault: FaultRule = round.faults().take(`CALLBACK ${letter.url}\n${letter.body}`) ?? {};
  if (fault.delayMs) await wait(fault.delayMs, undefined, { signal: stopped, ref: false });
  if (fault.dropBeforeCommit || fault.status !== undefined || fault.body !== undefined) return false;
  const body = fault.garbage ? letter.body.slice(0, letter.body.length / 2) : letter.body;
  const status = await post(letter, body, round, stopped).catch(() => 0);
  return status === 200 && !fault.dropAfterCommit && !fault.garbage;
}

async function post(letter: Letter, body: string, { credentials, now }: Round, stopped: AbortSignal): Promise<number> {
  const timestamp = String(now());
  const response = await fetch(letter.url, {
    method: 'POST',
    signal: AbortSignal.any([stopped, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    headers: {
      'Content-Type': 'application/json; charset=UTF-8',
      'X-Tsign-Open-App-Id': credentials.appId,
      'X-Tsign-Open-Timestamp': timestamp,
      'X-Tsign-Open-Signature-Algorithm': 'hmac-sha256',
      // Signed over the whole body even when half of it is sent, so that a receiver can tell
      'X-Tsign-Open-Signature': callbackSignature(credentials.appSecret, { timestamp, notifyUrl: letter.url, body: letter.body }),
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

function turns(atOnce: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const queue: (() => void)[] = [];
  let free = atOnce;
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => queue.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    }
  };
}
