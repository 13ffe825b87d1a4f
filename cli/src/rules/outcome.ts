import { setTimeout as sleep } from 'node:timers/promises';
import { MeshError, milliseconds, seconds, type Duration } from '@order-mesh/kernel';
import type { Change, RulesDesk, Shadow, Simulation } from '../gateway/rules.ts';

const LOOK_EVERY = milliseconds(250);
const MOST_PATIENCE = seconds(60);

type Wait = (length: Duration) => Promise<unknown>;

/** How a change stands once it is checked. Rejects with TIMED_OUT when nobody checks it for a minute. */
export const seeChecked = (desk: Pick<RulesDesk, 'change'>, { changeId }: Change, wait: Wait = sleep): Promise<Change> =>
  patiently(async () => {
    const now = await desk.change(changeId);
    return now.status === 'asked' ? null : now;
  }, wait);

/** How a change stands once a decision on it counts, or why it does not; what is approved is in force then. `before` is how it stood. */
export const seeDecided = (desk: Pick<RulesDesk, 'change' | 'point'>, before: Change, wait: Wait = sleep): Promise<Change> =>
  patiently(async () => {
    const now = await desk.change(before.changeId);
    if (now.status === before.status) return now.refusal !== null && now.refusal.at !== before.refusal?.at ? now : null;
    return now.status !== 'approved' || await isInForce(desk, now) ? now : null;
  }, wait);

/** How a rollback stands once it is in force, or refused. */
export const seeRolledBack = (desk: Pick<RulesDesk, 'change' | 'point'>, { changeId }: Change, wait: Wait = sleep): Promise<Change> =>
  patiently(async () => {
    const now = await desk.change(changeId);
    if (now.status === 'asked') return null;
    return now.status !== 'approved' || await isInForce(desk, now) ? now : null;
  }, wait);

/** A shadow once it runs, or null where the change was refused one: then the change tells why. `before` is how the change stood. */
export async function seeShadowed(desk: Pick<RulesDesk, 'change' | 'shadows'>, { shadowId, changeId }: Shadow, { before, wait = sleep }: { readonly before: Change; readonly wait?: Wait }): Promise<Shadow | null> {
  const { found } = await patiently(async () => {
    const running = (await desk.shadows()).find((one) => one.shadowId === shadowId);
    if (running) return { found: running };
    const { refusal } = await desk.change(changeId);
    return refusal !== null && refusal.at !== before.refusal?.at ? { found: null } : null;
  }, wait);
  return found;
}

/** A shadow once it is over and all of it is counted. */
export const seeShadowEnded = (desk: Pick<RulesDesk, 'shadow'>, { changeId }: Pick<Shadow, 'changeId'>, wait: Wait = sleep): Promise<Shadow> =>
  patiently(async () => {
    const now = await desk.shadow(changeId);
    return now.state === 'ended' ? now : null;
  }, wait);

/** Follows a simulation to its end. Rejects with TIMED_OUT when nothing new is heard of it for a minute. */
export async function followSimulation(desk: Pick<RulesDesk, 'simulation'>, started: Simulation, { onProgress, wait = sleep }: { readonly onProgress: (now: Simulation) => void; readonly wait?: Wait }): Promise<Simulation> {
  let last = started;
  for (;;) {
    const { checked, state } = last;
    if (state === 'done' || state === 'refused') return last;
    last = await patiently(async () => {
      const now = await desk.simulation(started.simulationId);
      return now.checked === checked && now.state === state ? null : now;
    }, wait);
    onProgress(last);
  }
}

async function isInForce(desk: Pick<RulesDesk, 'point'>, { point, version }: Change): Promise<boolean> {
  return version !== null && (await desk.point(point)).version >= version;
}

async function patiently<Found>(look: () => Promise<Found | null>, wait: Wait): Promise<Found> {
  for (let waited = 0; waited <= MOST_PATIENCE; waited += LOOK_EVERY) {
    const found = await look();
    if (found !== null) return found;
    await wait(LOOK_EVERY);
  }
  throw new MeshError('TIMED_OUT', { advice: `nothing was heard for ${MOST_PATIENCE / 1_000} s: is the service running that has to answer? "mesh doctor" tells; what was asked for still counts, "mesh rules changes" shows it` });
}
