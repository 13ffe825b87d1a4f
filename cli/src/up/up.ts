import { exitCodes, explain } from '../failure.ts';
import { shownDuration } from '../show/time.ts';
import { listenForInterruption, unlessAsked, untilAsked, type Interruption } from './interrupt.ts';
import { assertAlone, Supervisor } from './mesh.ts';
import { planMesh, type Plan, type UpWishes } from './plan.ts';
import { openScreen, type Screen } from './screen.ts';

export interface UpOptions extends UpWishes {
  readonly demo: boolean;
  readonly once: boolean;
  readonly orders?: number;
  readonly json: boolean;
  readonly fresh: boolean;
}

/** Raises the mesh, runs the demo if wanted, and lowers it again when asked to. Resolves to the exit code. */
export async function up(options: UpOptions): Promise<number> {
  const interruption = listenForInterruption();
  const plan = await planMesh(options, process.env);
  assertAlone(plan.dataDir);
  const screen = openScreen();
  const supervisor = new Supervisor(plan, screen);
  if (options.fresh) supervisor.forget();
  interruption.onAgain(() => void supervisor.kill().finally(() => process.exit(130)));
  try {
    return await run({ supervisor, screen, interruption, plan }, options);
  } catch (error) {
    screen.say(explain(error));
    return exitCodes.failed;
  } finally {
    await lower(supervisor, screen);
  }
}

interface Scene {
  readonly supervisor: Supervisor;
  readonly screen: Screen;
  readonly interruption: Interruption;
  readonly plan: Plan;
}

async function run({ supervisor, screen, interruption: { asked }, plan }: Scene, options: UpOptions): Promise<number> {
  const mesh = await unlessAsked(asked, supervisor.start());
  if (mesh === null) return options.once ? exitCodes.failed : exitCodes.done;
  screen.say(`the mesh is ready after ${shownDuration(mesh.startMs)}: gateway ${mesh.addresses.gateway}, Salesforce ${mesh.addresses.salesforce}, U8 ${mesh.addresses.u8}; logs in ${plan.dataDir}/logs`);
  screen.say('Ctrl-C stops everything');
  await untilAsked(asked);
  return exitCodes.done;
}

async function lower(supervisor: Supervisor, screen: Screen): Promise<void> {
  const begun = performance.now();
  await supervisor.stop();
  screen.say(`everything is stopped (${shownDuration(performance.now() - begun)})`);
  screen.close();
}
