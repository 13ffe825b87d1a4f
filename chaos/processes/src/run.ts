import { seededChance } from '@order-mesh/simulator';
import { crashPointsReached, ordersEnded, replay, type Reached, type Replayed } from './after.ts';
import { changedProgram } from './crash/program.ts';
import { carryOut } from './lanes.ts';
import type { Submitted } from './load/book.ts';
import type { DeskCounts } from './load/desk.ts';
import { Load } from './load/load.ts';
import { judge, type Judged, type Judgement } from './oracle.ts';
import type { Plan } from './plan/spec.ts';
import { Stage } from './stage/stage.ts';
import type { End } from './stage/service.ts';
import { Looker } from './watch/database.ts';
import { poisonFinding, raceFinding, type PoisonFinding, type RaceFinding } from './watch/findings.ts';
import type { Growth } from './watch/growth.ts';
import { knowsMasterData } from './watch/master-data.ts';
import { recoveriesOf, resumptionsOf, type Happened, type Recovery } from './watch/recovery.ts';
import { unlessAborted } from './watch/unless-aborted.ts';

export interface RunOptions {
  readonly plan: Plan;
  /** A bug to plant in every service. */
  readonly mutation?: string | undefined;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Leaves the folder with logs and data behind when something is wrong, or a process ended by itself. */
  readonly keep: boolean;
}

/** Everything that a run has shown. */
export interface Outcome {
  readonly plan: Plan;
  readonly judgement: Judgement;
  /** Of every invariant, by `mesh verify`. */
  readonly verdicts: Judged['verdicts'];
  readonly happened: readonly Happened[];
  readonly recoveries: readonly Recovery[];
  readonly resumptions: readonly Recovery[];
  readonly orders: readonly Submitted[];
  readonly desk: DeskCounts;
  readonly crashPoints: Reached;
  /** Processes that ended without being asked to. */
  readonly ownEnds: readonly End[];
  readonly copies: number;
  readonly amendments: number;
  readonly rulesReleased: number;
  readonly replay: Replayed;
  readonly poison: PoisonFinding | null;
  readonly race: RaceFinding | null;
  readonly growth: readonly Growth[];
  readonly seconds: Seconds;
}

/** How long each part of the run took. */
export interface Seconds {
  readonly start: number;
  readonly faults: number;
  readonly end: number;
  readonly replay: number;
}

/** All rows of a long soak are gone through at its end. */
const AUDIT_ANSWERED_WITHIN_MS = 120_000;

/** Boots the mesh, carries the plan out under load, and judges what is left. Leaves no process, mount or folder, however it ends. */
export async function runPlan(options: RunOptions): Promise<Outcome> {
  const { plan, say, signal, mutation, keep } = options;
  const program = await changedProgram(mutation);
  const stage = await Stage.prepare({ chance: seededChance(plan.seed ^ 0x11), program, say, signal, orders: plan.orders });
  let isKept = keep;
  try {
    const outcome = await unlessAborted(signal, onStage(stage, options));
    isKept = keep && (!isClean(outcome) || outcome.ownEnds.length > 0);
    return outcome;
  } finally {
    await stage.down({ keep: isKept && !signal.aborted });
    if (isKept && !signal.aborted) say(stage.folder.kept);
  }
}

/** True when every promise was kept. */
export const isClean = ({ judgement, replay: { changed } }: Pick<Outcome, 'judgement' | 'replay'>): boolean =>
  changed.length === 0 && Object.values(judgement).every((found: readonly string[]) => found.length === 0);

async function onStage(stage: Stage, { plan, say, signal }: RunOptions): Promise<Outcome> {
  const watch = stopwatch();
  await stage.up();
  const looker = new Looker(stage.directly.databaseUrl);
  await knowsMasterData(looker, signal);
  say('the mesh knows the customers and the stock of the ERP');
  const start = watch();
  const load = await Load.open(stage, looker, { plan, say, signal });
  const scene = { stage, traffic: load.traffic, book: load.book, progress: load.progress, broker: load.broker, chance: seededChance(plan.seed ^ 0x44), signal };
  const happened = await carryOut(plan, scene, say);
  const crashPoints = await crashPointsReached(stage, plan, say);
  await load.calm();
  const faults = watch();
  say('the faults are over; every order has to end');
  await ordersEnded(load.book, signal);
  const growth = await load.close();
  await looker.close();
  const end = watch();
  say('everything is said once more, from the first message');
  const auditor = new Looker(stage.directly.databaseUrl, AUDIT_ANSWERED_WITHIN_MS);
  await load.progress.readInbox(auditor);
  const replayed = await replay(stage, auditor, load.broker);
  await load.broker.close();
  say(`heard once more: ${replayed.messages} messages; now every invariant`);
  const [poison, race] = [await poisonFinding(auditor, happened, load.book.all()), await raceFinding(auditor, happened)];
  const { verdicts, ...judgement } = await judge(stage, auditor, load.book);
  await auditor.close();
  return {
    plan, happened, verdicts, crashPoints, replay: replayed, poison, race, growth, orders: load.book.all(), desk: load.desk.counts, copies: load.copies.sent, amendments: load.amendments.sent, rulesReleased: load.rules.released,
    judgement: { ...judgement, broken: [...judgement.broken, ...load.desk.refusals, ...brokenPromises(poison, race)] },
    recoveries: recoveriesOf({ happened, orders: load.book.all(), progress: load.progress }),
    resumptions: resumptionsOf({ happened, ends: stage.ends, progress: load.progress }),
    ownEnds: stage.ends.filter(({ wanted, point, how }) => !wanted && !(point !== undefined && how.includes('SIGKILL'))),
    seconds: { start, faults, end, replay: watch() },
  };
}

function brokenPromises(poison: PoisonFinding | null, race: RaceFinding | null): readonly string[] {
  const broken: string[] = [];
  if (poison && poison.deadLetters !== poison.sent) broken.push(`${poison.sent} poisonous messages were sent, ${poison.deadLetters} are dead letters`);
  if (race && (race.held !== race.fits || race.held + race.refused !== race.orders)) {
    broken.push(`the limit fits ${race.fits} of ${race.orders} orders at once; ${race.held} are held and ${race.refused} refused`);
  }
  return broken;
}

/** Seconds since it was asked last. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const took = (performance.now() - last) / 1_000;
    last = performance.now();
    return took;
  };
}
