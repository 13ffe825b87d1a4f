import { InvalidArgumentError, Option, type Command } from 'commander';
import { days, hours, MeshError } from '@order-mesh/kernel';
import colors from 'picocolors';
import { exitCodes } from '../failure.ts';
import type { RulesDesk, Shadow } from '../gateway/rules.ts';
import { decisionPoint } from '../rules/file.ts';
import { seeShadowed, seeShadowEnded } from '../rules/outcome.ts';
import { print } from '../show/print.ts';
import { shadowLines } from '../show/simulation.ts';
import { addGatewayOptions, type GatewayFlags } from './options.ts';
import { deskOf } from './rules-desk.ts';

interface ShadowFlags extends GatewayFlags {
  readonly for?: number;
  readonly stop?: true;
}

const USUAL_HOURS = days(7) / hours(1);

/** `mesh rules shadow`: has a change decide silently beside the rules in force, ends that, and tells what it would have decided. */
export function addShadow(rules: Command, finish: (code: number) => void): void {
  const shadow = rules.command('shadow').argument('[change]', 'name of a change that waits for a second person; without it, those that decide silently are listed')
    .description('have a change decide silently beside the rules in force, and see what it would have decided otherwise')
    .addOption(new Option('--for <time>', 'begin: it ends by itself after so long, such as 12h or 7d (7d)').argParser(hoursOf).conflicts('stop'))
    .option('--stop', 'end it, and tell what came of it');
  addGatewayOptions(shadow).action(async (changeId: string | undefined, { for: forHours, stop, json, ...flags }: ShadowFlags) => {
    const desk = deskOf(flags);
    if (changeId === undefined) {
      if (stop || forHours !== undefined) throw new MeshError('BAD_REQUEST', { advice: 'name the change; "mesh rules changes" lists them' });
      await list(desk, json);
      return;
    }
    const running = await known(desk, changeId);
    if (stop) await end(desk, { changeId, json });
    else if (forHours === undefined && running) print(json, running, () => shadowLines(decisionPoint(running.point), running));
    else finish(await begin(desk, { changeId, json, forHours: forHours ?? USUAL_HOURS }));
  });
}

async function list(desk: RulesDesk, json: boolean | undefined): Promise<void> {
  const all = await desk.shadows();
  print(json, all, () => (all.length === 0 ? ['no change decides silently; "mesh rules shadow <change>" begins one'] : all.flatMap((one, index) => [...(index === 0 ? [] : ['']), ...shadowLines(decisionPoint(one.point), one)])));
}

interface Ask {
  readonly changeId: string;
  readonly json: boolean | undefined;
}

async function begin(desk: RulesDesk, { changeId, json, forHours }: Ask & { readonly forHours: number }): Promise<number> {
  const before = await desk.change(changeId);
  const begun = await seeShadowed(desk, await desk.beginShadow(changeId, { forHours }), { before });
  if (!begun) {
    const { refusal } = await desk.change(changeId);
    print(json, { changeId, refusal }, () => [colors.red(`not done (${refusal?.reason ?? ''}): ${refusal?.detail ?? ''}`)]);
    return exitCodes.failed;
  }
  print(json, begun, () => [
    colors.green(`change ${changeId} decides silently at ${begun.point} from now on; the rules in force decide as before`),
    `see what it would have decided with "mesh rules shadow ${changeId}", end it with "mesh rules shadow ${changeId} --stop"`,
  ]);
  return exitCodes.done;
}

async function end(desk: RulesDesk, { changeId, json }: Ask): Promise<void> {
  const ended = await seeShadowEnded(desk, await desk.endShadow(changeId));
  print(json, ended, () => shadowLines(decisionPoint(ended.point), ended));
}

/** The shadow of a change, as long as it is wanted to be seen and not begun anew. */
async function known(desk: RulesDesk, changeId: string): Promise<Shadow | undefined> {
  const running = (await desk.shadows()).find((one) => one.changeId === changeId);
  if (running) return running;
  const { status } = await desk.change(changeId);
  // a change that was decided cannot begin one: its last is what there is to see
  return status === 'proposed' ? undefined : desk.shadow(changeId);
}

/** Hours, given as 12h or 7d. */
function hoursOf(text: string): number {
  const [, count, unit] = /^(\d{1,4})([hd])$/.exec(text) ?? [];
  const whole = Number(count) * (unit === 'd' ? days(1) / hours(1) : 1);
  if (!(whole >= 1 && whole <= 2_160)) throw new InvalidArgumentError('It must be a time such as 12h or 7d, 90d at most.');
  return whole;
}
