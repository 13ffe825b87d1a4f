import type { FaultRule } from '@order-mesh/simulator';
import type { Fault, Scene } from './fault.ts';

/** Out of a hundred calls: five are carried out and their answers lost. */
const AFTER_COMMIT = 0.05;
/** The rest of the faulty share, in equal parts. The first rule that hits decides. */
const others: readonly FaultRule[] = [{ status: 500 }, { status: 429 }, { garbage: true }, { dropBeforeCommit: true }, { delayMs: 1_500 }];
/** A booking is four documents' steps and a token, a signing an upload in three requests, the draft and its start. */
const requestsOfACall: Readonly<Record<string, number>> = { u8: 5, esign: 5, carrier: 1, salesforce: 1 };

/** The rate at which requests have to fail so that this share of calls of so many requests does. */
const rateOf = (share: number, requests: number): number => 1 - (1 - share) ** (1 / requests);

interface Fired extends FaultRule {
  readonly fired: number;
}

/** A share of all calls to all partners goes wrong in every way there is. */
export function faultyPartners(share: number, seconds: number): Fault {
  return {
    name: `${Math.round(share * 100)} % of the calls to partners go wrong, ${Math.round(AFTER_COMMIT * 100)} % after they were carried out`,
    claim: 'each order has one document at each partner, or none',
    seconds,
    async inject(scene) {
      await onEach(scene, (url, name) => send(url, 'POST', rulesFor(name, share)));
    },
    async heal(scene) {
      const fired = await onEach(scene, async (url) => {
        const rules: readonly Fired[] = JSON.parse(await send(url, 'GET'));
        await send(url, 'DELETE');
        return rules;
      });
      const all = fired.flat();
      const count = (rules: readonly Fired[]): number => rules.reduce((sum, one) => sum + one.fired, 0);
      return count(all) === 0 ? null : `${count(all)} calls, ${count(all.filter(({ dropAfterCommit }) => dropAfterCommit))} of them carried out and unanswered`;
    },
  };
}

function rulesFor(partner: string, share: number): readonly FaultRule[] {
  const requests = requestsOfACall[partner] ?? 1;
  const rules = [
    { dropAfterCommit: true, rate: rateOf(AFTER_COMMIT, requests) },
    ...others.map((rule) => ({ ...rule, rate: rateOf(share - AFTER_COMMIT, requests) / others.length })),
  ];
  // what the sales desk writes into the CRM is not a call of the mesh
  return partner === 'salesforce' ? rules.map((rule) => ({ ...rule, match: 'Mesh_' })) : rules;
}

const onEach = <Result>({ stage }: Scene, work: (url: string, name: string) => Promise<Result>): Promise<readonly Result[]> =>
  Promise.all(Object.entries(stage.directly.partners).map(([name, url]) => work(url, name)));

/** Tells a simulator to misbehave, asks how often it did, or has it forget that. */
export async function send(url: string, method: 'GET' | 'POST' | 'DELETE', body?: unknown): Promise<string> {
  const response = await fetch(`${url}/_sim/faults`, { method, ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}/_sim/faults answered ${response.status}: ${text}`);
  return text;
}
