import { readFile, writeFile } from 'node:fs/promises';
import { MeshError } from '@order-mesh/kernel';
import { decisionPoints, fromJdm, problemInWords, readRuleSet, toJdm, writeRuleSet, type DecisionPoint, type RuleSet } from '@order-mesh/rules';

/** Rules as a file holds them: the JSON of a rule set, or a JDM decision. */
export interface RulesFile {
  readonly point: DecisionPoint;
  readonly set: RuleSet;
  /** Hash of the rules it was made from, where the file tells. */
  readonly basedOn: string | null;
}

const JDM = 'application/vnd.gorules.decision';

/** Reads rules from a file; `pointName` is needed for a JDM decision of other origin. Throws BAD_REQUEST naming what is wrong, and where. */
export async function readRulesFile(file: string, pointName?: string): Promise<RulesFile> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => { throw new MeshError('BAD_REQUEST', { cause, advice: `${file} cannot be read: ${String(cause)}` }); });
  return rulesIn(text, file, pointName);
}

/** The same of a text that was read. */
export function rulesIn(text: string, file: string, pointName?: string): RulesFile {
  const json = parse(text, file);
  if (json['contentType'] === JDM) return jdmIn(json, file, pointName);
  const { basedOn, ...rest } = json;
  const read = readRuleSet(JSON.stringify(rest));
  if (!read.ok) throw wrong(file, read.problems);
  return { point: decisionPoint(read.set.point), set: read.set, basedOn: typeof basedOn === 'string' ? basedOn : null };
}

/** Writes rules that `readRulesFile` reads, with what they were made from. */
export async function writeRulesFile(file: string, { point, set, basedOn }: RulesFile, asJdm = false): Promise<void> {
  await writeFile(file, `${JSON.stringify(asJdm ? jdmOf({ point, set, basedOn }) : { basedOn, ...JSON.parse(writeRuleSet(set)) }, null, 2)}\n`);
}

/** Rules as a JDM decision that remembers where it belongs. */
export function jdmOf({ point, set, basedOn }: RulesFile): object {
  return { ...Object(toJdm(point, set)), orderMesh: { point: point.name, basedOn } };
}

/** The decision point of this name. Throws BAD_REQUEST naming those there are. */
export function decisionPoint(name: string): DecisionPoint {
  const point = decisionPoints.get(name);
  if (!point) throw new MeshError('BAD_REQUEST', { advice: `there is no decision point ${name}; there are ${[...decisionPoints.keys()].join(', ')}` });
  return point;
}

function jdmIn(json: Readonly<Record<string, unknown>>, file: string, pointName: string | undefined): RulesFile {
  const ours: { readonly point?: unknown; readonly basedOn?: unknown } = Object(json['orderMesh']);
  const name = pointName ?? (typeof ours.point === 'string' ? ours.point : null);
  if (name === null) throw new MeshError('BAD_REQUEST', { advice: `${file} does not tell where its table decides; say it with --point <${[...decisionPoints.keys()].join('|')}>` });
  const point = decisionPoint(name);
  const read = fromJdm(point, json);
  if (!read.ok) throw wrong(file, read.problems.map(problemInWords));
  const again = readRuleSet(writeRuleSet(read.set));
  if (!again.ok) throw wrong(file, again.problems);
  return { point, set: again.set, basedOn: typeof ours.basedOn === 'string' ? ours.basedOn : null };
}

function parse(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch (cause) {
    throw new MeshError('BAD_REQUEST', { cause, advice: `${file} is no JSON; "mesh rules show <point> --out ${file}" writes one to begin with` });
  }
}

const wrong = (file: string, problems: readonly string[]): MeshError => new MeshError('BAD_REQUEST', { advice: `${file} is no rule set:\n${problems.map((problem) => `  ${problem}`).join('\n')}` });
