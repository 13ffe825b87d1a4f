import { Lately, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { beforeCommit } from '@order-mesh/platform';
import { compileText, type CompiledRules, type DecisionPoint } from '@order-mesh/rules';
import { NOT_UNDERSTOOD } from './memory-shadow-book.ts';
import { addTallies, endThem, loadContent, type ShadowEnd, type ShadowTally } from './pg-shadow-statements.ts';
import type { RuleBookOptions } from './rule-book.ts';
import { countUp, overheardBy, toldInFull, type Counted, type Overheard } from './shadow.ts';

/** A shadow that runs, as it is known with the rules in force. */
export interface Running {
  readonly shadowId: string;
  readonly hash: string;
  readonly until: Instant;
}

/** The rules in force, overheard by a shadow: what they decide in this transaction is counted in it, once all is decided. */
export type Beside = (tx: Transaction, rules: CompiledRules, running: Running) => CompiledRules;

interface Ear {
  readonly running: Running;
  readonly point: DecisionPoint;
  readonly overheard: Overheard[];
}

/** So many sets a process keeps ready. */
const MOST_READY = 64;

/** Listens to the rules in force of a service; `onCounted` is called when something was counted. */
export function pgEars({ service, told = [], log }: RuleBookOptions, onCounted: () => void): Beside {
  const ears = new WeakMap<Transaction, Map<string, Ear>>();
  const ready = readySets(service);

  const countedBy = async (tx: Transaction, { running, point, overheard }: Ear): Promise<Counted> => {
    const rules = await ready(tx, running, point);
    const { tell } = told.find((one) => one.point.name === point.name) ?? toldInFull(point);
    return rules ? countUp(overheard, { rules, tell }) : { ok: false, why: NOT_UNDERSTOOD };
  };

  const countHeard = async (tx: Transaction, all: Map<string, Ear>): Promise<void> => {
    const heard = [...all.values()].filter(({ overheard }) => overheard.length > 0);
    all.clear();
    if (heard.length === 0) return;
    onCounted();
    const [tallies, ends]: [ShadowTally[], ShadowEnd[]] = [[], []];
    for (const ear of heard) {
      const { shadowId } = ear.running;
      const counted = await countedBy(tx, ear);
      if (counted.ok) tallies.push({ shadowId, ...counted.tally });
      else ends.push({ shadowId, because: counted.why });
    }
    for (const { shadowId, because } of ends) log.warn('a shadow cannot go on', { shadowId, because });
    await Promise.all([addTallies(tx, service, tallies), endThem(tx, service, ends)]);
  };

  const earsOf = (tx: Transaction): Map<string, Ear> => {
    const open = ears.get(tx);
    if (open) return open;
    const fresh = new Map<string, Ear>();
    ears.set(tx, fresh);
    beforeCommit(tx, () => countHeard(tx, fresh), false);
    return fresh;
  };

  return (tx, rules, running) => {
    const open = earsOf(tx);
    const ear = open.get(running.shadowId) ?? { running, point: rules.point, overheard: [] };
    open.set(running.shadowId, ear);
    return overheardBy((one) => { ear.overheard.push(one); }, rules, running.until);
  };
}

/** The rules of shadows, read once; null for those that this release does not understand. */
function readySets(service: string): (tx: Transaction, running: Running, point: DecisionPoint) => Promise<CompiledRules | null> {
  const known = new Lately<string, CompiledRules | null>(MOST_READY);
  return async (tx, { shadowId, hash }, point) => {
    const kept = known.get(hash);
    if (kept !== undefined) return kept;
    const compiled = compileText(point, await loadContent(tx, service, shadowId));
    const rules = compiled.ok ? compiled.rules : null;
    known.put(hash, rules);
    return rules;
  };
}
