import type { DecisionOfPerson, DecisionTaken, Gateway } from '../gateway/gateway.ts';
import type { Approval } from '../gateway/order.ts';

/** What came of a decision on one task. */
export interface Outcome {
  readonly approvalId: string;
  /** granted or denied: it counts. told: it was carried there and not answered in a few seconds. */
  readonly outcome: DecisionOfPerson['decision'] | 'told' | 'not-taken';
  /** Why it was not taken; empty otherwise. */
  readonly detail: string;
}

const MOST_LOOKS = 25;
/** The gateway takes no more in one request. */
const MOST_AT_ONCE = 200;

/** Decides on many tasks and tells what came of each, once whoever keeps them has answered; `wait` is the pause between two looks. */
export async function decideAll(gateway: Pick<Gateway, 'decideMany' | 'approval'>, approvalIds: readonly string[], { wait, ...decision }: DecisionOfPerson & { readonly wait: () => Promise<unknown> }): Promise<readonly Outcome[]> {
  const wanted = [...new Set(approvalIds)];
  const outcomes: Outcome[] = [];
  for (let at = 0; at < wanted.length; at += MOST_AT_ONCE) {
    const taken = await gateway.decideMany(wanted.slice(at, at + MOST_AT_ONCE), decision);
    outcomes.push(...await Promise.all(taken.map((one) => outcomeOf(gateway, one, { ...decision, wait }))));
  }
  return outcomes;
}

interface Looking extends Pick<DecisionOfPerson, 'decision'> {
  readonly wait: () => Promise<unknown>;
}

async function outcomeOf(gateway: Pick<Gateway, 'approval'>, { approvalId, outcome, detail, approval: before, decidedBy: by }: DecisionTaken, { wait, ...wish }: Looking): Promise<Outcome> {
  if (outcome !== 'asked' || before === null) return { approvalId, outcome: 'not-taken', detail };
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const now = await gateway.approval(approvalId);
    const settled = settledBy(now, before, { ...wish, by });
    if (settled) return { approvalId, ...settled };
    await wait();
  }
  return { approvalId, outcome: 'told', detail: '' };
}

function settledBy(now: Approval, before: Approval, { decision, by }: Omit<Looking, 'wait'> & { readonly by: string }): Omit<Outcome, 'approvalId'> | null {
  if (now.ignored?.decidedBy === by && now.ignored.at !== before.ignored?.at) return { outcome: 'not-taken', detail: `${now.ignored.detail} (${now.ignored.reason})` };
  if (now.status === 'open') return null;
  return now.status === decision ? { outcome: decision, detail: '' } : { outcome: 'not-taken', detail: `the task was ${now.status} before` };
}
