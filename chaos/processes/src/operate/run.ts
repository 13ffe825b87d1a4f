import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '@order-mesh/cli/parts';
import { defaultPolicy, type Policy } from '@order-mesh/contracts';
import { minutes } from '@order-mesh/kernel';
import { seededChance } from '@order-mesh/simulator';
import { startPrometheus, until, type RunningPrometheus } from '@order-mesh/testing';
import { Stage } from '../stage/stage.ts';
import { Looker } from '../watch/database.ts';
import { knowsMasterData } from '../watch/master-data.ts';
import { repeat } from '../watch/repeat.ts';
import { unlessAborted } from '../watch/unless-aborted.ts';
import { AlertLog, alertId, type AlertCourse } from './alert-log.ts';
import type { Cause, World } from './causes/cause.ts';
import { Director, LOOK_EVERY } from './director.ts';
import { openFrontDoor } from './front-door.ts';
import { OperateLoad, type LoadCounts } from './load.ts';
import { askPanels, type PanelAnswer } from './panels.ts';
import { scaledRules } from './scaled-rules.ts';

export interface OperateAsked {
  /** How long it runs at least; longer if alerts have not resolved. */
  readonly minutes: number;
  /** How much faster time goes in the rules than in the files. */
  readonly factor: number;
  /** The alerts to cause, by `alertId`; all when empty. */
  readonly only: readonly string[];
  /** Where Prometheus is. */
  readonly program: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What a run has shown. */
export interface Operated {
  readonly alerts: readonly (AlertCourse & Pick<Cause, 'condition'> & { readonly severity: string; readonly holdsForSeconds: number })[];
  /** Of every panel; empty when only some alerts were asked for. */
  readonly panels: readonly PanelAnswer[];
  readonly load: LoadCounts;
  /** What went otherwise than planned, in words. */
  readonly problems: readonly string[];
  readonly startedAt: number;
  readonly tookMs: number;
}

/** What the mesh itself measures by: people are late after seconds, not after hours. */
const POLICY: Policy = {
  ...defaultPolicy,
  credit: { ...defaultPolicy.credit, approvalWithinWorkingHours: 0, approvalWithinHours: 1 / 3 },
  approvals: { ...defaultPolicy.approvals, remindAfterPercent: 0, escalateAfterPercent: 1 },
  cases: { ...defaultPolicy.cases, dueWithinHours: 10 / 3_600 },
};
const SETTINGS = { AUDIT_ANCHOR_EVERY_SECONDS: '1', RECONCILE_MINUTES: '0', RECONCILE_GRACE_SECONDS: '5', RECONCILE_SECOND_LOOK_SECONDS: '2' };
const RULE_FILES = ['recording.yml', 'alerts.yml'];
const SCRAPED_WITHIN = minutes(1);
const ORDERS_ON_THE_DISKS = 4_000;

/** Boots the mesh, causes the alerts under load and watches them. Leaves no process or folder, however it ends. */
export async function operate(asked: OperateAsked): Promise<Operated> {
  const { say, signal } = asked;
  const stage = await Stage.prepare({ chance: seededChance(1), env: SETTINGS, policy: POLICY, say, signal, orders: ORDERS_ON_THE_DISKS });
  let prometheus: RunningPrometheus | undefined;
  try {
    return await unlessAborted(signal, (async () => {
      await stage.up();
      prometheus = await startPrometheus(asked.program, { targets: stage.addresses.admin.map((url) => new URL(url).host), rules: scaledFiles(asked.factor) });
      say(`Prometheus scrapes ${stage.addresses.admin.length} processes, with rules in which time goes ${asked.factor} times as fast`);
      return await onStage(stage, prometheus, asked);
    })());
  } finally {
    await prometheus?.stop();
    await stage.down();
  }
}

const scaledFiles = (factor: number): readonly string[] => RULE_FILES.map((name) => scaledRules(readFileSync(join(root, 'deploy', 'prometheus', name), 'utf8'), factor));

async function onStage(stage: Stage, prometheus: RunningPrometheus, asked: OperateAsked): Promise<Operated> {
  const { say, signal } = asked;
  const startedAt = Date.now();
  const looker = new Looker(stage.directly.databaseUrl);
  await knowsMasterData(looker, signal);
  const door = openFrontDoor(stage.directly.gateway, stage.people);
  const load = new OperateLoad(stage, door, signal);
  const world: World = { stage, door, looker, traffic: load.traffic, book: load.book, broker: load.broker, held: load.held, signal };
  await until('every process to be scraped', async () => (await prometheus.ask('sum(up)'))[0]?.value === stage.addresses.admin.length, SCRAPED_WITHIN);
  const rules = await prometheus.alerts();
  const log = new AlertLog(rules.map(alertId));
  const watching = repeat(LOOK_EVERY, async () => { for (const line of log.look(await prometheus.alerts(), Date.now())) say(line); });
  const director = new Director({ world, log, rules, asked });
  await load.placeInCrm();
  await director.play();
  await director.allResolved();
  for (const end = startedAt + minutes(asked.minutes); asked.only.length === 0 && Date.now() < end;) await sleep(1_000, undefined, { signal });
  await load.placeInCrm();
  const panels = asked.only.length > 0 ? [] : await askPanels(prometheus, `${Math.ceil((Date.now() - startedAt) / 1_000)}s`);
  await watching.stop();
  const counts = await load.stop();
  await looker.close();
  const byId = new Map(rules.map((rule) => [alertId(rule), rule]));
  const alerts = log.all().filter(({ id }) => director.conditions.has(id)).map((course) => ({
    ...course, condition: director.conditions.get(course.id) ?? '', severity: byId.get(course.id)?.labels['severity'] ?? '', holdsForSeconds: byId.get(course.id)?.holdsForSeconds ?? 0,
  }));
  return { alerts, panels, load: counts, problems: director.problems, startedAt, tookMs: Date.now() - startedAt };
}
