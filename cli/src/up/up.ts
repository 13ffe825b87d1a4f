import { summaryLines } from '../demo/summary-table.ts';
import { exitCodes, explain } from '../failure.ts';
import { shownDuration } from '../show/time.ts';
import { listenForInterruption, unlessAsked, untilAsked, type Interruption } from './interrupt.ts';
import { assertAlone, Supervisor, type Mesh } from './mesh.ts';
import { planMesh, type Plan, type UpWishes } from './plan.ts';
import { openScreen, type Screen } from './screen.ts';

const ORDERS = 40;
const ORDERS_ONCE = 200;

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

async function run(scene: Scene, options: UpOptions): Promise<number> {
  const { supervisor, screen, interruption: { asked }, plan } = scene;
  // its code is read while the servers start
  if (options.demo) loadDemo().catch(() => {});
  const mesh = await unlessAsked(asked, supervisor.start());
  if (mesh === null) return options.once ? exitCodes.failed : exitCodes.done;
  screen.say(`the mesh is ready after ${shownDuration(mesh.startMs)}: gateway ${mesh.addresses.gateway}, Salesforce ${mesh.addresses.salesforce}, U8 ${mesh.addresses.u8}; logs in ${plan.dataDir}/logs`);
  if (options.demo) {
    const allEnded = await demo(scene, options, mesh);
    if (options.once) return allEnded ? exitCodes.done : exitCodes.failed;
  }
  if (!asked.aborted) screen.say('Ctrl-C stops everything');
  await untilAsked(asked);
  return exitCodes.done;
}

/** Runs the demo and prints its summary on standard output; true when every order has ended. */
async function demo({ screen, interruption: { asked }, plan }: Scene, { orders, once, json }: UpOptions, { addresses, startMs }: Mesh): Promise<boolean> {
  const { runDemo } = await loadDemo();
  const ownU8 = plan.simulators.includes('u8');
  const summary = await unlessAsked(asked, runDemo({ addresses, dataDir: plan.dataDir, ownU8, orders: orders ?? (once ? ORDERS_ONCE : ORDERS), startMs, screen, asked }));
  if (summary === null) return false;
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `${summaryLines(summary).join('\n')}\n`);
  return summary.unfinished === 0;
}

const loadDemo = (): Promise<typeof import('../demo/demo.ts')> => import('../demo/demo.ts');

async function lower(supervisor: Supervisor, screen: Screen): Promise<void> {
  const begun = performance.now();
  await supervisor.stop();
  screen.say(`everything is stopped (${shownDuration(performance.now() - begun)})`);
  screen.close();
}
