import { hirePostman as hire, type Faults, type SimulatorClock } from '@order-mesh/simulator';
import type { WecomCredentials } from './credentials.ts';
import { seal, type Envelope } from './envelope.ts';

export interface Round {
  readonly credentials: WecomCredentials;
  /** Where callbacks go; '' tells nobody. */
  readonly url: () => string;
  readonly retryAfterMs: readonly number[];
  readonly faults: () => Faults;
  readonly clock: SimulatorClock;
}

/** Tells the application what has changed, and asks it to prove that it can be told. */
export interface Postman {
  /** Tells it `copies` times, each in an envelope of its own, until each is answered 200 or has been tried often enough. */
  tell(xml: string, copies: number): void;
  /** Asks whether the application at this address knows token and key, as the console does before it saves the address; says why not. */
  verify(url: string): Promise<string | undefined>;
  /** How many were answered, and how many given up. */
  readonly told: { heard: number; unheard: number };
  stop(): void;
}

interface Letter {
  readonly xml: string;
  readonly envelope: Envelope;
}

const ANSWER_WITHIN_MS = 5_000;

/** Hires a postman; what he carries when he stops is lost, as with WeCom after its last try. */
export function hirePostman(round: Round): Postman {
  const told = { heard: 0, unheard: 0 };
  const postman = hire<Letter>({
    retryAfterMs: () => round.retryAfterMs,
    clock: round.clock,
    answerWithinMs: ANSWER_WITHIN_MS,
    faults: round.faults,
    operation: ({ xml }) => `CALLBACK ${round.url()}\n${xml}`,
    write: ({ envelope }) => ({ url: addressed(round.url(), envelope), headers: { 'Content-Type': 'text/xml' }, body: bodyOf(envelope, round.credentials) }),
    isHeard: (status) => status === 200,
    settle: (_letter, outcome) => { told[outcome] += 1; },
  });
  return {
    told,
    tell(xml, copies) {
      if (round.url() !== '') postman.send(Array.from({ length: copies }, () => ({ xml, envelope: seal(xml, round.credentials, round.clock.now()) })));
    },
    async verify(url) {
      const phrase = String(Math.floor(Math.random() * 1e15));
      const envelope = seal(phrase, round.credentials, round.clock.now());
      const response = await fetch(addressed(url, envelope, { echostr: envelope.encrypt }), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch((error: unknown) => String(error));
      if (typeof response === 'string') return `openapi回调地址请求不通过: ${response}`;
      const answer = await response.text();
      return response.status === 200 && answer === phrase ? undefined : `openapi回调地址请求不通过: HTTP ${response.status} ${answer.slice(0, 100)}`;
    },
    stop: postman.stop,
  };
}

function bodyOf({ encrypt }: Envelope, { corpId, agentId }: WecomCredentials): string {
  return `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><AgentID><![CDATA[${agentId}]]></AgentID><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;
}

function addressed(url: string, { msgSignature, timestamp, nonce }: Envelope, more: Readonly<Record<string, string>> = {}): string {
  return `${url}?${new URLSearchParams({ msg_signature: msgSignature, timestamp, nonce, ...more }).toString()}`;
}
