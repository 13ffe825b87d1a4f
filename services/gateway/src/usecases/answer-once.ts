import type { Duration, Instant } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { Json } from '../domain/timeline.ts';
import type { KeptAnswer, KeyBook } from './ports.ts';

/** A request under the key that its sender will repeat it under. */
export interface Claim {
  readonly key: string;
  /** Of what is asked, where and with which body. */
  readonly digest: string;
}

export type Known =
  | { readonly type: 'new' }
  /** `outcome` is what was settled. */
  | { readonly type: 'settled'; readonly outcome: string }
  /** The key was used for something else. */
  | { readonly type: 'key-reused' }
  | { readonly type: 'in-flight' }
  /** It was carried out, and whoever did has not lived to say what came of it. */
  | { readonly type: 'lost' };

/** Carries out once what is asked under a key, and gives the same answer again. */
export interface AnswerOnce {
  look(claim: Claim, unit: Unit): Promise<Known>;
  /** Marks a new one as carried out, in the transaction that does. */
  begin(claim: Claim, unit: Unit): Promise<Known>;
  settle(claim: Claim, outcome: string, unit: Unit): Promise<void>;
}

/** One that was begun and not settled for `patience` will never be. */
export function answerOnce({ keys }: { readonly keys: KeyBook }, patience: Duration): AnswerOnce {
  const look = async (claim: Claim, { tx, now }: Unit): Promise<Known> => knownOf(claim, (await keys.take(tx, [claim.key])).get(claim.key), now - patience);
  return {
    look,
    async begin(claim, unit) {
      const known = await look(claim, unit);
      if (known.type === 'new') await keys.keep(unit.tx, [kept(claim, { type: 'begun', at: unit.now })], unit.now);
      return known;
    },
    async settle(claim, outcome, unit) {
      const answer = kept(claim, { type: 'settled', outcome });
      const known = await look(claim, unit);
      if (known.type === 'new') await keys.keep(unit.tx, [answer], unit.now);
      if (known.type === 'in-flight' || known.type === 'lost') await keys.replace(unit.tx, answer);
    },
  };
}

const kept = ({ key, digest }: Claim, answer: Json): KeptAnswer => ({ key, bodyDigest: digest, answer });

function knownOf({ digest }: Claim, before: KeptAnswer | 'elsewhere' | undefined, patientUntil: Instant): Known {
  if (before === undefined) return { type: 'new' };
  if (before === 'elsewhere') return { type: 'in-flight' };
  if (before.bodyDigest !== digest) return { type: 'key-reused' };
  const fields = new Map(typeof before.answer === 'object' && before.answer !== null ? Object.entries(before.answer) : []);
  const outcome = fields.get('outcome');
  if (typeof outcome === 'string') return { type: 'settled', outcome };
  return { type: Number(fields.get('at')) > patientUntil ? 'in-flight' : 'lost' };
}
