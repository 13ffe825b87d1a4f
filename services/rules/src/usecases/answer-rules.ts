import type { DecideRules, ProposeRules, RollBackRules, TopicMessages } from '@order-mesh/contracts';
import { never } from '@order-mesh/kernel';
import type { Outgoing, Received, Unit } from '@order-mesh/messaging';
import { answerOf, decideChange, proposed, refusalOf, rollBack, whyNotOn, type Outcome, type PointFile } from '../domain/change.ts';
import { findingsIn, readSet, type ReadSet, type Refusal } from '../domain/check.ts';
import { cleaned } from '../domain/wish.ts';
import { told } from '../domain/wording.ts';
import { openPage, type Page } from './page.ts';
import type { Ports } from './ports.ts';
import { begin, end, endDecided } from './shadow.ts';
import { simulate, type SimulationAnswer } from './simulate.ts';

export type RulesCommand = Received<TopicMessages['rules.commands.v1']>;
export type AnswerRules = ReturnType<typeof answerRules>;

/** Checks, decides and publishes changes of the rules, in the order asked; what is not carried out is told with its reason. */
export const answerRules = (ports: Ports) => async (batch: readonly RulesCommand[], unit: Unit): Promise<void> => {
  const commands = batch.map((message) => ({ message, command: cleaned(message) }));
  const page = await openPage(ports, commands.flatMap(({ command }) => (command.type === 'SimulateRules' ? [] : [command.value])), unit);

  for (const { message, command } of commands) {
    for (const answer of command.type === 'SimulateRules' ? [simulate(command.value, unit.now)] : await answersTo({ command, page, unit, ...ports })) {
      unit.send(answer, message);
      ports.log.info(WORDS[answer.type], { ...aboutOf(answer) });
    }
  }
  await page.save();
};

type Answer = Outgoing<'RulesProposed' | 'RulesDecided' | 'RulesChangeRefused' | 'RulesPublished' | 'RulesShadowed'>;

const WORDS: Readonly<Record<(Answer | SimulationAnswer)['type'], string>> = {
  RulesProposed: 'rules proposed',
  RulesDecided: 'rules decided',
  RulesChangeRefused: 'rules change refused',
  RulesPublished: 'rules published',
  RulesShadowed: 'rules shadowed',
  SimulationAsked: 'simulation asked',
  SimulationAdvanced: 'simulation refused',
};

interface Asking extends Pick<Ports, 'opinion'> {
  readonly command: Exclude<ReturnType<typeof cleaned>, { readonly type: 'SimulateRules' }>;
  readonly page: Page;
  readonly unit: Unit;
}

async function answersTo({ command, page, unit, opinion }: Asking): Promise<readonly Answer[]> {
  const { value } = command;
  const by = command.type === 'DecideRules' ? command.value.decidedBy : command.value.author;
  const file = page.file(value.point);
  if (!file) {
    const read = readSet(value.point, '');
    return read.ok ? [] : [refusalOf(value, read.refusal, { by, at: unit.now })];
  }
  if (command.type === 'DecideRules') return decide(command.value, file, { page, unit });
  if (command.type === 'ShadowRules') return begin(command.value, file, { page, unit });
  if (command.type === 'EndShadow') return end(command.value, file, { page, unit });
  const known = file.changes.find(({ changeId }) => changeId === value.changeId);
  if (known) return [answerOf(known, file.live, unit.now)];
  switch (command.type) {
    case 'ProposeRules': return propose(command.value, file, { page, unit, opinion });
    case 'RollBackRules': return rollBackTo(command.value, file, { page, unit });
    default: return never(command);
  }
}

type Means = Pick<Asking, 'page' | 'unit'>;

async function propose(ask: ProposeRules, file: PointFile, { page, unit, opinion }: Means & Pick<Ports, 'opinion'>): Promise<readonly Answer[]> {
  const read = readSet(ask.point, ask.content);
  if (!read.ok) return refuse(ask, 'proposal', { refusal: read.refusal, page, unit });
  const { findings, refusal } = findingsIn(read.read, unit.now);
  const why = whyNotOn(file, read.read, ask.basedOn) ?? refusal ?? await objection(read.read, opinion, unit);
  if (why) return refuse(ask, 'proposal', { refusal: why, page, unit });
  const change = proposed(ask, read.read, JSON.stringify(findings));
  page.put(change, null);
  return [answerOf(change, file.live, unit.now)];
}

async function objection({ point, set }: ReadSet, opinion: Ports['opinion'], { now }: Unit): Promise<Refusal | null> {
  const disagreements = await opinion.disagreements(point, set, now);
  return disagreements.length === 0 ? null : { reason: 'conflict', detail: told(disagreements) };
}

function decide(ask: DecideRules, file: PointFile, { page, unit }: Means): readonly Answer[] {
  const outcome = decideChange(file, ask, unit.now);
  if (!outcome.ok) return [refusalOf(ask, outcome.refusal, { by: ask.decidedBy, at: unit.now })];
  page.put(outcome.change, outcome.release);
  const { point, changeId, decision, decidedBy, comment, at } = ask;
  return [{ type: 'RulesDecided', value: { point, changeId, decision, decidedBy, comment, at } }, ...published(outcome), ...endDecided(ask, file, { page, unit })];
}

async function rollBackTo(ask: RollBackRules, file: PointFile, { page, unit }: Means): Promise<readonly Answer[]> {
  const wanted = await page.release(ask.point, ask.version);
  if (!wanted) {
    const refusal: Refusal = { reason: 'unknown-version', detail: `there is no version ${ask.version}; the last one is ${file.live.version}, and 0 are the shipped rules` };
    return refuse(ask, 'rollback', { refusal, page, unit });
  }
  // a field that an older release knew may be gone
  const earlier = readSet(ask.point, wanted.content);
  const outcome: Outcome = earlier.ok ? rollBack(file, ask, { earlier: earlier.read, now: unit.now }) : earlier;
  if (!outcome.ok) return refuse(ask, 'rollback', { refusal: outcome.refusal, page, unit });
  page.put(outcome.change, outcome.release);
  return published(outcome);
}

const published = ({ release }: Extract<Outcome, { readonly ok: true }>): readonly Answer[] => (release ? [{ type: 'RulesPublished', value: release }] : []);

function refuse({ point, changeId, author, reason, at }: ProposeRules | RollBackRules, kind: 'proposal' | 'rollback', { refusal, page, unit }: Means & { readonly refusal: Refusal }): readonly Answer[] {
  page.put({ point, changeId, kind, status: 'refused', author, reason, askedAt: at, refusal }, null);
  return [refusalOf({ point, changeId }, refusal, { by: author, at: unit.now })];
}

/** What is worth a line: the content is not. */
function aboutOf({ value }: Answer | SimulationAnswer): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !['content', 'findings', 'outcomes', 'examples'].includes(name)));
}
