import { Option, type Command } from 'commander';
import { days, MeshError } from '@order-mesh/kernel';
import { compile, conflictInWords, conflictsIn, diffOf, problemInWords, refusing, templates, writeRuleSet, type Conflict, type Problem } from '@order-mesh/rules';
import colors from 'picocolors';
import { exitCodes } from '../failure.ts';
import { readRulesFile, writeRulesFile, type RulesFile } from '../rules/file.ts';
import { followSimulation } from '../rules/outcome.ts';
import { liveLine } from '../show/live-line.ts';
import { print } from '../show/print.ts';
import { diffLines } from '../show/rules.ts';
import { simulationLines, simulationProgress } from '../show/simulation.ts';
import { addGatewayOptions, momentOf, wholeNumber, type GatewayFlags } from './options.ts';
import { deskOf, liveRules } from './rules-desk.ts';

interface FileFlags {
  readonly point?: string;
  readonly json?: boolean;
}

type Finish = (code: number) => void;

/** What is done with a file of rules before anybody is asked. */
export function addRulesFiles(rules: Command, finish: Finish): void {
  addNew(rules);
  const check = withPoint(rules.command('check')).description('look for wrong cells and conflicts in a file, without a mesh').option('--json', 'print JSON on standard output');
  check.action(async (file: string, { point, json }: FileFlags) => {
    const found = checked(await readRulesFile(file, point));
    print(json, found, () => checkLines(found));
    finish(found.canBeReleased ? exitCodes.done : exitCodes.failed);
  });
  const diff = withPoint(rules.command('diff')).description('what a file would change of the rules in force, rule by rule and cell by cell');
  addGatewayOptions(diff).action(async (file: string, { point, json, ...flags }: FileFlags & GatewayFlags) => {
    const mine = await readRulesFile(file, point);
    const live = await liveRules(deskOf(flags), mine.point.name);
    const found = diffOf(mine.point, live.set, mine.set);
    print(json, { version: live.version, ...found }, () => [`against version ${live.version} of ${mine.point.name}`, ...diffLines(mine.point, found)]);
  });
  addSimulate(rules, finish);
}

/** A command that takes a file of rules. */
export const withPoint = (command: Command): Command =>
  command.argument('<file>', 'rules as JSON, or a JDM decision').option('--point <name>', 'where the table of a JDM decision decides');

const fields = new Map([...templates.values()].flatMap((template) => template.fields).map((field) => [field.name, field]));

interface NewFlags extends GatewayFlags, Readonly<Record<string, unknown>> {
  readonly template: string;
  readonly out: string;
  readonly from?: string;
}

function addNew(rules: Command): void {
  const make = rules.command('new').description('change the rules by a form of a few fields, into a file')
    .addOption(new Option('--template <name>', [...templates.values()].map(({ name, title }) => `${name}: ${title}`).join('; ')).choices([...templates.keys()]).makeOptionMandatory())
    .requiredOption('--out <file>', 'where the changed rules go')
    .option('--from <file>', 'change the rules of this file instead of those in force');
  for (const { name, label, example } of fields.values()) make.option(`--${name} <value>`, `${label}, such as ${example}`);
  addGatewayOptions(make).action(async (given: NewFlags) => {
    const template = templates.get(given.template);
    if (!template) return;
    const needed = template.fields.filter(({ name, isNeeded }) => isNeeded && given[name] === undefined);
    if (needed.length > 0) throw new MeshError('BAD_REQUEST', { advice: `${template.name} needs ${needed.map(({ name, label, example }) => `--${name} (${label}, such as ${example})`).join(', ')}` });
    const before: RulesFile = given.from === undefined ? await liveRules(deskOf(given), template.point) : await readRulesFile(given.from, template.point);
    const values = Object.fromEntries(template.fields.flatMap(({ name }) => (typeof given[name] === 'string' ? [[name, given[name]]] : [])));
    const filled = template.fill(before.set, values, Date.now());
    if (!filled.ok) throw new MeshError('BAD_REQUEST', { advice: filled.problems.map((problem) => `--${problem}`).join('\n') });
    await writeRulesFile(given.out, { ...before, set: filled.set });
    const diff = diffOf(before.point, before.set, filled.set);
    print(given.json, { file: given.out, point: template.point, sentence: filled.sentence, ...diff }, () => [
      colors.bold(filled.sentence), ...diffLines(before.point, diff), '', `it is in ${given.out}: try it with "mesh rules simulate ${given.out} --days 30", propose it with "mesh rules propose ${given.out} --reason <words>"`,
    ]);
  });
}

interface Checked {
  readonly canBeReleased: boolean;
  readonly problems: readonly (Problem & { readonly says: string })[];
  readonly conflicts: readonly (Conflict & { readonly says: string; readonly refuses: boolean })[];
}

function checked({ point, set }: RulesFile): Checked {
  const compiled = compile(point, set);
  if (!compiled.ok) return { canBeReleased: false, problems: compiled.problems.map((problem) => ({ ...problem, says: problemInWords(problem) })), conflicts: [] };
  const conflicts = conflictsIn(point, set, Date.now()).map((one) => ({ ...one, says: conflictInWords(point, one), refuses: refusing.has(one.kind) }));
  return { canBeReleased: conflicts.every(({ refuses }) => !refuses), problems: [], conflicts };
}

function checkLines({ canBeReleased, problems, conflicts }: Checked): readonly string[] {
  return [
    ...problems.map(({ says }) => colors.red(says)),
    ...conflicts.map(({ says, refuses }) => (refuses ? colors.red(says) : colors.yellow(says))),
    canBeReleased ? colors.green('can be proposed') : 'cannot be proposed like this',
  ];
}

interface SimulateFlags extends FileFlags, GatewayFlags {
  readonly since?: string;
  readonly until?: string;
  readonly days?: number;
}

const USUAL_DAYS = 30;

function addSimulate(rules: Command, finish: Finish): void {
  const simulate = withPoint(rules.command('simulate')).description('what a file would have decided on past orders')
    .addOption(new Option('--days <count>', `decisions of so many days (${USUAL_DAYS})`).argParser(wholeNumber).conflicts('since'))
    .option('--since <time>', 'decisions since then: 12h, 3d or a moment', momentOf)
    .option('--until <time>', 'decisions before then; now when absent', momentOf);
  addGatewayOptions(simulate).action(async (file: string, { point, since, until, days: count, json, ...flags }: SimulateFlags) => {
    const mine = await readRulesFile(file, point);
    const desk = deskOf(flags);
    const end = until ?? new Date().toISOString();
    const wish = { content: JSON.parse(writeRuleSet(mine.set)), since: since ?? new Date(Date.parse(end) - days(count ?? USUAL_DAYS)).toISOString(), until: end };
    const line = liveLine(process.stderr);
    const ended = await followSimulation(desk, await desk.simulate(mine.point.name, wish), { onProgress: (now) => { line.show(simulationProgress(now)); } }).finally(() => { line.clear(); });
    print(json, ended, () => simulationLines(mine.point, ended));
    finish(ended.state === 'done' ? exitCodes.done : exitCodes.failed);
  });
}
