import { setTimeout as wait } from 'node:timers/promises';
import type { Faults } from '@order-mesh/simulator';
import type { WecomCredentials } from './credentials.ts';
import { seal, type Envelope } from './envelope.ts';

export interface Round {
  readonly credentials: WecomCredentials;
  /** Where callbacks go; '' tells nobody. */
  readonly url: () => string;
  readonly retryAfterMs: readonly number[];
  readonly faults: () => Faults;
  readonly now: () => number;
}

/** Tells the application what has changed, and asks it to prove that it can be told. */
export interface Postman {
  /** Tells it `copies` times, each in a fresh envelope, until each is answered 200 or has been tried often enough. */
  tell(xml: string, copies: number): void;
  /** Asks whether the application at this address knows token and key, as the console does before it saves the address; says why not. */
  verify(url: string): Promise<string | undefined>;
  /** How many were answered, and how many given up. */
  readonly told: { heard: number; unheard: number };
  stop(): void;
}

const ANSWER_WITHIN_MS = 5_000;

/** Hires a postman; what he carries when he stops is lost, as with WeCom after its last try. */
export function hirePostman(round: Round): Postman {
  const stopping = new AbortController();
  const told = { heard: 0, unheard: 0 };
  const deliver = async (xml: string) => {
    const envelope = seal(xml, round.credentials, round.now());
    for (const pause of [0, ...round.retryAfterMs]) {
      if (pause > 0) await wait(pause, undefined, { signal: stopping.signal, ref: false });
      if (await attempt({ envelope, xml }, round, stopping.signal)) return void (told.heard += 1);
    }
    told.unheard += 1;
  };
  return {
    told,
    tell(xml, copies) {
      if (round.url() === '') return;
      for (let copy = 0; copy < copies; copy += 1) deliver(xml).catch(() => {});
    },
    async verify(url) {
      const phrase = String(Math.floor(Math.random() * 1e15));
      const { encrypt, ...proof } = seal(phrase, round.credentials, round.now());
      const response = await fetch(addressed(url, proof, { echostr: encrypt }), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch((error: unknown) => String(error));
      if (typeof response === 'string') return `openapi回调地址请求不通过: ${response}`;
      const answer = await response.text();
      return response.status === 200 && answer === phrase ? undefined : `openapi回调地址请求不通过: HTTP ${response.status} ${answer.slice(0, 100)}`;
    },
    stop: () => stopping.abort(),
  };
}

async function attempt({ envelope, xml }: { readonly envelope: Envelope; readonly xml: string }, round: Round, stopped: AbortSignal): Promise<boolean> {
  const fault = round.faults().take(`CALLBACK ${round.url()}\n${xml}`) ?? {};
  if (fault.delayMs) await wait(fault.delayMs, undefined, { signal: stopped, ref: false });
  if (fault.dropBeforeCommit || fault.status !== undefined || fault.body !== undefined) return false;
  const { encrypt, ...proof } = envelope;
  const body = `<xml><ToUserName><![CDATA[${round.credentials.corpId}]]></ToUserName><AgentID><![CDATA[${round.credentials.agentId}]]></AgentID><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  const sent = fault.garbage ? body.slice(0, body.length / 2) : body;
  const status = await fetch(addressed(round.url(), proof), { method: 'POST', signal, headers: { 'Content-Type': 'text/xml' }, body: sent }).then(async (response) => {
    await response.arrayBuffer();
    return response.status;
  }).catch(() => 0);
  return status === 200 && !fault.dropAfterCommit && !fault.garbage;
}

function addressed(url: string, { msgSignature, timestamp, nonce }: Omit<Envelope, 'encrypt'>, more: Readonly<Record<string, string>> = {}): string {
  return `${url}?${new URLSearchParams({ msg_signature: msgSignature, timestamp, nonce, ...more }).toString()}`;
}
