import { Argument, type Command } from 'commander';
import { MeshError } from '@order-mesh/kernel';
import { conflictInWords, diffOf, writeRuleSet } from '@order-mesh/rules';
import colors from 'picocolors';
import { exitCodes } from '../failure.ts';
import type { Change } from '../gateway/rules.ts';
import { decisionPoint, readRulesFile } from '../rules/file.ts';
import { seeChecked, seeDecided, seeRolledBack } from '../rules/outcome.ts';
import { print } from '../show/print.ts';
import { diffLines } from '../show/rules.ts';
import { addGatewayOptions, type GatewayFlags } from './options.ts';
import { deskOf, liveRules } from './rules-desk.ts';
import { withPoint } from './rules-files.ts';

type Finish = (code: number) => void;

interface ProposeFlags extends GatewayFlags {
  readonly point?: string;
  readonly reason: string;
}

/** Changes of the rules: proposed, decided, taken back. Each command waits until it is known what became of it. */
export function addChangeRules(rules: Command, finish: Finish): void {
  const propose = withPoint(rules.command('propose')).description('have a file checked and put before a second person')
    .requiredOption('--reason <words>', 'why');
  addGatewayOptions(propose).action(async (file: string, { point, reason, json, ...flags }: ProposeFlags) => {
    const mine = await readRulesFile(file, point);
    const desk = deskOf(flags);
    const live = await liveRules(desk, mine.point.name);
    const wish = { content: JSON.parse(writeRuleSet(mine.set)), basedOn: mine.basedOn ?? live.basedOn, reason };
    const change = await seeChecked(desk, await desk.propose(mine.point.name, wish));
    print(json, change, () => [...diffLines(mine.point, diffOf(mine.point, live.set, mine.set)), '', ...outcomeLines(change, file)]);
    finish(change.status === 'refused' ? exitCodes.failed : exitCodes.done);
  });
  addDecision(rules, 'approve', finish);
  addDecision(rules, 'refuse', finish);
  addRollback(rules, finish);
}

interface DecideFlags extends GatewayFlags {
  readonly comment: string;
}

function addDecision(rules: Command, verb: 'approve' | 'refuse', finish: Finish): void {
  const command = rules.command(verb).argument('<change>', 'name of the change').description(verb === 'approve' ? 'release a change; by another person than its author' : 'reject a change; by another person than its author')
    .option('--comment <words>', 'why', '');
  addGatewayOptions(command).action(async (changeId: string, { comment, json, ...flags }: DecideFlags) => {
    const desk = deskOf(flags);
    const before = await desk.decide(changeId, verb, { comment });
    const change = await seeDecided(desk, before);
    print(json, change, () => outcomeLines(change));
    finish(change.status === (verb === 'approve' ? 'approved' : 'rejected') ? exitCodes.done : exitCodes.failed);
  });
}

interface RollbackFlags extends GatewayFlags {
  readonly to: string;
  readonly reason: string;
}

function addRollback(rules: Command, finish: Finish): void {
  const rollback = rules.command('rollback').addArgument(new Argument('<point>', 'name of the decision point')).description('put rules in force again that were before, at once')
    .requiredOption('--to <version>', 'which; 0 are the shipped rules')
    .requiredOption('--reason <words>', 'why');
  addGatewayOptions(rollback).action(async (point: string, { to, reason, json, ...flags }: RollbackFlags) => {
    const desk = deskOf(flags);
    const change = await seeRolledBack(desk, await desk.rollBack(point, { version: versionOf(to), reason }));
    print(json, change, () => outcomeLines(change));
    finish(change.status === 'approved' ? exitCodes.done : exitCodes.failed);
  });
}

/** What became of a change, and what can be done next. */
function outcomeLines({ changeId, point, status, version, detail, refusal, findings, decidedBy, comment }: Change, file?: string): readonly string[] {
  const notes = findings.map((finding) => colors.yellow(conflictInWords(decisionPoint(point), finding)));
  switch (status) {
    case 'approved': return [colors.green(`version ${version ?? '?'} of ${point} is in force`)];
    case 'rejected': return [`${decidedBy ?? 'somebody'} has rejected the change${comment ? `: ${comment}` : ''}`];
    case 'refused': {
      const fix = refusal?.reason === 'outdated' && file !== undefined ? [`"mesh rules diff ${file}" shows against what is in force; take it over, and write its hash into basedOn or leave that out`] : [];
      return [colors.red(`refused (${refusal?.reason ?? ''}): ${detail}`), ...fix];
    }
    case 'proposed':
      if (refusal !== null && file === undefined) return [colors.red(`not done (${refusal.reason}): ${refusal.detail}`)];
      return [...notes, `change ${changeId} waits for a second person: mesh rules approve ${changeId} --as <another person>`];
    default: return [`change ${changeId} is being checked`];
  }
}

/** A version as it is typed. Throws BAD_REQUEST. */
export function versionOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new MeshError('BAD_REQUEST', { advice: `a version is a whole number, 0 for the shipped rules, got "${text.slice(0, 40)}"` });
  return Number(text);
}
