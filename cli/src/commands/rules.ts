import type { Command } from 'commander';
import { decisionPoint, jdmOf, rulesIn, writeRulesFile, type RulesFile } from '../rules/file.ts';
import { print } from '../show/print.ts';
import { changeLines, fieldLines, pointLines, releaseLines, ruleLines } from '../show/rules.ts';
import { addGatewayOptions, type GatewayFlags } from './options.ts';
import { addChangeRules, versionOf } from './rules-changes.ts';
import { deskOf } from './rules-desk.ts';
import { addRulesFiles } from './rules-files.ts';
import { addShadow } from './rules-shadow.ts';
import { addRulesTold } from './rules-told.ts';

const EXAMPLES = `
Examples:
  mesh rules                                                    what is in force, and since when
  mesh rules show credit-control                                its fields, its rules, its versions
  mesh rules new --template freeze-over-days --days 60 --out new.json
  mesh rules check new.json                                     wrong cells and conflicts, with examples
  mesh rules diff new.json                                      against what is in force
  mesh rules simulate new.json --days 30                        what it would have decided on past orders
  mesh rules propose new.json --reason "customers pay later in summer"
  mesh rules shadow <change> --for 7d                           what it would decide on coming orders, silently
  mesh rules approve <change> --as 赵敏                         another person than the author
  mesh rules rollback credit-control --to 3 --reason "it froze too many"
  mesh rules explain <order>                                    by which rules an order was decided on
  mesh rules adoption                                           who changes the rules, and how long it takes

A file holds a rule set as JSON, or a JDM decision (GoRules). docs/how-to/rules.md explains both.`;

interface ShowFlags extends GatewayFlags {
  readonly version?: string;
  readonly jdm?: true;
  readonly out?: string;
}

/** `mesh rules`: the rules that the company decides and how they are changed. */
export function addRules(program: Command, finish: (code: number) => void): void {
  const rules = program.command('rules').description('the rules in force: see them, change them, try them on past orders').addHelpText('after', EXAMPLES);
  const list = rules.command('list', { isDefault: true }).description('where the business decides, and what is in force there (as "mesh rules" alone)');
  addGatewayOptions(list).action(async ({ json, ...flags }: GatewayFlags) => {
    const points = await deskOf(flags).points();
    print(json, points, () => pointLines(points));
  });
  addShow(rules);
  rules.command('points').argument('<point>', 'name of the decision point').description('what is known at a decision point, and what has to be said there')
    .option('--json', 'print JSON on standard output')
    .action((name: string, { json }: { readonly json?: boolean }) => { print(json, decisionPoint(name), () => fieldLines(decisionPoint(name))); });
  const changes = rules.command('changes').argument('[point]', 'only those of this decision point').description('changes that were asked for, newest first');
  addGatewayOptions(changes).action(async (point: string | undefined, { json, ...flags }: GatewayFlags) => {
    const desk = deskOf(flags);
    const found = (await Promise.all((point === undefined ? (await desk.points()).map((one) => one.point) : [point]).map((one) => desk.changes(one)))).flat();
    const sorted = found.toSorted((one, other) => (one.askedAt < other.askedAt ? 1 : -1));
    print(json, sorted, () => changeLines(sorted));
  });
  addRulesFiles(rules, finish);
  addChangeRules(rules, finish);
  addShadow(rules, finish);
  addRulesTold(rules);
}

function addShow(rules: Command): void {
  const show = rules.command('show').argument('<point>', 'name of the decision point').description('a decision point: its fields, the rules in force, its versions')
    .option('--version <number>', 'another version than the one in force; 0 are the shipped rules')
    .option('--jdm', 'as a JDM decision')
    .option('--out <file>', 'write the rules into a file that can be edited, checked and proposed');
  addGatewayOptions(show).action(async (name: string, { version, jdm, out, json, ...flags }: ShowFlags) => {
    const desk = deskOf(flags);
    const live = await desk.point(name);
    const shown = version === undefined ? live : await desk.version(name, versionOf(version));
    const point = decisionPoint(name);
    const file: RulesFile = { ...rulesIn(JSON.stringify(shown.content), `version ${shown.version} of ${name}`), basedOn: live.hash };
    if (out !== undefined) {
      await writeRulesFile(out, file, jdm);
      print(json, { file: out, point: name, version: shown.version }, () => [`version ${shown.version} of ${name} is in ${out}`]);
      return;
    }
    if (jdm) print(true, jdmOf(file), () => []);
    else print(json, shown, () => [...fieldLines(point), '', ...ruleLines(point, file.set), '', ...releaseLines(version === undefined ? live.versions : [shown])]);
  });
}
