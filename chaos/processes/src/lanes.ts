import { setTimeout as sleep } from 'node:timers/promises';
import { explain } from '@order-mesh/cli/parts';
import { NotPossible, type Scene } from './faults/fault.ts';
import { faultOf } from './faults/index.ts';
import type { FaultSpec, Plan, Planned } from './plan/spec.ts';
import { goesOn, type Happened } from './watch/recovery.ts';

const RECOVERS_WITHIN_MS = 40_000;
const KILL_RECOVERS_WITHIN_MS = 12_000;

const OPENING_OVER_WITHIN_MS = 60_000;

/** Carries out a plan: the opening alone, then every lane by itself, in its lane one fault after the other. Resolves when all are healed. */
export async function carryOut({ opening, openingSeconds, lanes }: Plan, scene: Scene, say: (line: string) => void): Promise<readonly Happened[]> {
  const first = await inTurn(opening, Date.now(), scene, say);
  const orders = scene.book.all().map(({ orderId }) => orderId);
  for (const end = Date.now() + OPENING_OVER_WITHIN_MS; opening.length > 0 && Date.now() < end && !scene.book.haveEnded(orders) && !scene.signal.aborted;) await sleep(200);
  const begun = Date.now() - openingSeconds * 1_000;
  return [...first, ...(await Promise.all(lanes.map((lane) => inTurn(lane, begun, scene, say)))).flat()];
}

async function inTurn(lane: readonly Planned[], begun: number, scene: Scene, say: (line: string) => void): Promise<readonly Happened[]> {
  const happened: Happened[] = [];
  for (const planned of lane) {
    if (!await waitUntil(begun + planned.at * 1_000, scene.signal)) break;
    await recovered(happened.at(-1), scene);
    await canShow(planned.fault, scene);
    happened.push(await happen(planned, scene, say));
  }
  return happened;
}

async function happen({ fault: spec }: Planned, scene: Scene, say: (line: string) => void): Promise<Happened> {
  const fault = faultOf(spec);
  const from = Date.now();
  say(fault.name);
  try {
    await fault.inject(scene);
    await waitUntil(Date.now() + fault.seconds * 1_000, scene.signal);
    const healing = Date.now();
    const evidence = await fault.heal(scene);
    return { spec, from, healing, to: Date.now(), evidence };
  } catch (error) {
    if (error instanceof NotPossible) {
      say(`left out: ${error.message}`);
      return { spec, from, healing: from, to: Date.now(), evidence: null, skipped: error.message };
    }
    say(`"${fault.name}" failed: ${explain(error)}`);
    await fault.heal(scene).catch(() => null);
    return { spec, from, healing: from, to: Date.now(), evidence: null };
  }
}

/**
 * What is down already cannot be broken: the next fault of a lane waits until what the last one had stopped takes messages again, but not for ever.
 * On a slow machine the plan takes longer; it stays the same plan.
 */
async function recovered(last: Happened | undefined, { progress, signal }: Scene): Promise<void> {
  if (last === undefined) return;
  const within = last.spec.kind === 'kill' ? KILL_RECOVERS_WITHIN_MS : RECOVERS_WITHIN_MS;
  for (const end = last.to + within; Date.now() < end && !goesOn(last, progress) && !signal.aborted;) await sleep(200);
}

/** While the broker is away nobody calls a partner and nobody joins a group: what is about these waits, or it would come and go unseen. */
async function canShow({ kind }: FaultSpec, { stage: { kafka }, signal }: Scene): Promise<void> {
  if (kind !== 'member' && kind !== 'network') return;
  while (!kafka.isUp() && !signal.aborted) await sleep(200);
}

/** False when the run is stopped meanwhile. */
async function waitUntil(moment: number, signal: AbortSignal): Promise<boolean> {
  await sleep(Math.max(0, moment - Date.now()), undefined, { signal }).catch(() => {});
  return !signal.aborted;
}
