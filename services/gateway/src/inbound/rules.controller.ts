import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { decisionPoints, type DecisionPoint, type RuleSet } from '@order-mesh/rules';
import type { Response } from 'express';
import { isSameName } from '../domain/caller.ts';
import { jsonOr, type ChangeItem } from '../domain/rules-view.ts';
import type { SimulationItem } from '../domain/simulation-view.ts';
import type { AskSimulation, ChangeAsked, DecideChange, DecisionWish, ProposeChange, RollBack } from '../usecases/change-rules.ts';
import type { RulesReader } from '../usecases/rules-ports.ts';
import { AskedBy, Needs, signerOf, type Asker } from './access.ts';
import { Answers, AsksForPage, Refuses, Takes } from './answers.ts';
import { cursorOf } from './cursor.ts';
import { Problem } from './problem.ts';
import { readBody, readQuery } from './reading.ts';
import { pointItemOf, shippedDetail, shownDetail, shownRelease, shownShipped, type ShownRelease } from './rule-point.ts';
import { decideRulesBody, proposeRulesBody, rollBackRulesBody, rulesChangesQuery, simulateRulesBody } from './rules-requests.ts';
import { WRITES, type Writes } from './writes.ts';

export const RULES_DESK = Symbol('rulesDesk');

/** What is in force, and what is done about it. */
export interface RulesDesk {
  readonly reader: RulesReader;
  /** The rules that hold where nobody has published any, by decision point. */
  readonly shipped: ReadonlyMap<string, RuleSet>;
  readonly propose: ProposeChange;
  readonly decide: DecideChange;
  readonly rollBack: RollBack;
  readonly simulate: AskSimulation;
}

const example = { content: { point: 'credit-control', rules: [] } };
const DAY_MS = 86_400_000;

/** The rules that the company decides by, and how they are changed. */
@ApiTags('rules')
@Controller('v1/rules')
export class RulesController {
  constructor(@Inject(WRITES) private readonly writes: Writes, @Inject(RULES_DESK) private readonly desk: RulesDesk) {}

  @Get()
  @Needs('rules:read')
  @ApiOperation({ summary: 'List where the business decides, and what is in force there' })
  @Answers(200, 'RulePoints', 'Every decision point.')
  async points(): Promise<unknown> {
    const live = new Map((await this.desk.reader.live()).map((release) => [release.point, shownRelease(release)]));
    return { items: [...decisionPoints.values()].map((point) => pointItemOf(point, live.get(point.name) ?? this.shippedAt(point))) };
  }

  @Get('changes/:changeId')
  @Needs('rules:read')
  @ApiOperation({ summary: 'Show a change: how it stands, its rules, what was noticed' })
  @Answers(200, 'RulesChangeWithContent', 'The change.')
  @Refuses('unknown-change')
  async change(@Param('changeId') changeId: string): Promise<unknown> {
    const found = isName(changeId) ? await this.desk.reader.change(changeId) : null;
    if (!found) throw unknownChange(changeId);
    return { ...found, content: jsonOr(found.content, null) };
  }

  @Post('changes/:changeId/approve')
  @Needs('rules:release')
  @HttpCode(202)
  @ApiOperation({ summary: 'Release a change', description: 'By another person than its author, and only as long as the rules it was written against are in force.' })
  @Takes('DecideRules', { comment: '同意' })
  @Answers(202, 'RulesChange', 'The decision is on its way; the change shows when it counts, or under `refusal` why it does not.')
  @Refuses('invalid-request', 'own-change', 'unknown-change', 'change-not-now', 'not-json', 'overloaded')
  approve(@Param('changeId') changeId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<ChangeItem> {
    return this.decide('approved', { changeId, asker, body });
  }

  @Post('changes/:changeId/refuse')
  @Needs('rules:release')
  @HttpCode(202)
  @ApiOperation({ summary: 'Reject a change' })
  @Takes('DecideRules', { comment: '影响太大' })
  @Answers(202, 'RulesChange', 'The decision is on its way; the change shows when it counts, or under `refusal` why it does not.')
  @Refuses('invalid-request', 'own-change', 'unknown-change', 'change-not-now', 'not-json', 'overloaded')
  refuse(@Param('changeId') changeId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<ChangeItem> {
    return this.decide('refused', { changeId, asker, body });
  }

  @Get('simulations/:simulationId')
  @Needs('rules:simulate')
  @ApiOperation({ summary: 'Show what rules would have decided' })
  @Answers(200, 'RulesSimulation', 'As far as it is known.')
  @Refuses('unknown-simulation')
  async simulation(@Param('simulationId') simulationId: string): Promise<SimulationItem> {
    const found = isName(simulationId) ? await this.desk.reader.simulation(simulationId) : null;
    if (!found) throw new Problem('unknown-simulation', `no simulation ${simulationId.slice(0, 100)} is known here`);
    return found;
  }

  @Get(':point')
  @Needs('rules:read')
  @ApiOperation({ summary: 'Show a decision point: its fields, the rules in force, every version' })
  @Answers(200, 'RulePoint', 'The decision point.')
  @Refuses('unknown-point')
  async point(@Param('point') name: string): Promise<unknown> {
    const point = pointNamed(name);
    const releases = await this.desk.reader.releases(point.name);
    const [last] = releases;
    const live = last ? await this.detail(point, last.version) : shippedDetail(this.shippedSet(point));
    return { ...pointItemOf(point, live), versions: [...releases.map(shownRelease), this.shippedAt(point)] };
  }

  @Get(':point/versions/:version')
  @Needs('rules:read')
  @ApiOperation({ summary: 'Show the rules of a version; 0 are the shipped ones' })
  @Answers(200, 'RulesVersion', 'The version.')
  @Refuses('unknown-point', 'unknown-version')
  async version(@Param('point') name: string, @Param('version') version: string): Promise<unknown> {
    const point = pointNamed(name);
    if (!/^\d{1,9}$/.test(version)) throw unknownVersion(point, version);
    return { point: point.name, ...(Number(version) === 0 ? shippedDetail(this.shippedSet(point)) : await this.detail(point, Number(version))) };
  }

  @Get(':point/changes')
  @Needs('rules:read')
  @ApiOperation({ summary: 'List changes of a decision point, newest first' })
  @AsksForPage()
  @Answers(200, 'RulesChangePage', 'A page of changes.')
  @Refuses('invalid-request', 'unknown-point')
  async changes(@Param('point') name: string, @Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { limit, cursor } = readQuery(rulesChangesQuery, query);
    const found = await this.desk.reader.changes(pointNamed(name).name, { limit: limit + 1, ...(cursor && { after: cursor }) });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: found.length > limit && last ? cursorOf({ at: Date.parse(last.askedAt), id: last.changeId }) : null };
  }

  @Post(':point/changes')
  @Needs('rules:propose')
  @HttpCode(202)
  @ApiOperation({ summary: 'Propose other rules', description: 'Every cell is checked and conflicts are looked for; then the change waits for a second person.' })
  @Takes('ProposeRules', { ...example, basedOn: '0123456789abcdef', reason: '华东回款变差' })
  @Answers(202, 'RulesChange', 'Being checked; the change shows what came of it.')
  @Refuses('invalid-request', 'unknown-point', 'change-not-now', 'not-json', 'overloaded')
  async propose(@Param('point') name: string, @AskedBy() asker: Asker, @Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<ChangeItem> {
    const { name: point } = pointNamed(name);
    const { content, changeId = randomUUID(), author, ...wish } = readBody(proposeRulesBody, body, 'invalid-request');
    response.set('Location', `/v1/rules/changes/${changeId}`);
    return itemIn(changeId, await this.writes.inBatch((unit) => this.desk.propose({ ...wish, author: signerOf(asker, author), point, changeId, content: JSON.stringify(content), trace: asker.trace }, unit)));
  }

  @Post(':point/rollback')
  @Needs('rules:rollback')
  @HttpCode(202)
  @ApiOperation({ summary: 'Put rules in force again that were before', description: 'At once, without a second person: they were released before.' })
  @Takes('RollBackRules', { version: 3, reason: '改错了' })
  @Answers(202, 'RulesChange', 'On its way; the change shows what came of it.')
  @Refuses('invalid-request', 'unknown-point', 'change-not-now', 'not-json', 'overloaded')
  async rollBack(@Param('point') name: string, @AskedBy() asker: Asker, @Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<ChangeItem> {
    const { name: point } = pointNamed(name);
    const { changeId = randomUUID(), author, ...wish } = readBody(rollBackRulesBody, body, 'invalid-request');
    response.set('Location', `/v1/rules/changes/${changeId}`);
    return itemIn(changeId, await this.writes.inBatch((unit) => this.desk.rollBack({ ...wish, author: signerOf(asker, author), point, changeId, trace: asker.trace }, unit)));
  }

  @Post(':point/simulations')
  @Needs('rules:simulate')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask what rules would have decided on past cases' })
  @Takes('SimulateRules', { ...example, since: '2026-08-01', until: '2026-08-31' })
  @Answers(202, 'RulesSimulation', 'Asked for; the simulation shows how far it is.')
  @Refuses('invalid-request', 'unknown-point', 'not-json', 'overloaded')
  async simulate(@Param('point') name: string, @AskedBy() asker: Asker, @Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<SimulationItem> {
    const { name: point } = pointNamed(name);
    const { content, since, until, author } = readBody(simulateRulesBody, body, 'invalid-request');
    const simulationId = randomUUID();
    response.set('Location', `/v1/rules/simulations/${simulationId}`);
    const wish = { point, simulationId, content: JSON.stringify(content), since: since.at, until: until.at + (until.wholeDay ? DAY_MS : 0), author: signerOf(asker, author), trace: asker.trace };
    return this.writes.inBatch((unit) => this.desk.simulate(wish, unit));
  }

  private async decide(decision: DecisionWish['decision'], { changeId, asker, body }: { readonly changeId: string; readonly asker: Asker; readonly body: unknown }): Promise<ChangeItem> {
    const { decidedBy, comment } = readBody(decideRulesBody, body, 'invalid-request');
    const by = signerOf(asker, decidedBy);
    const before = isName(changeId) ? await this.desk.reader.change(changeId) : null;
    // the service and its table refuse it, too
    if (before && isSameName(before.author, by)) throw new Problem('own-change', `${by} wrote the change; another person has to decide`);
    if (!isName(changeId)) throw unknownChange(changeId);
    const wish = { changeId, decision, decidedBy: by, comment, requestId: randomUUID(), trace: asker.trace };
    return itemIn(changeId, await this.writes.inBatch((unit) => this.desk.decide(wish, unit)));
  }

  private async detail(point: DecisionPoint, version: number): Promise<ReturnType<typeof shownDetail>> {
    const found = await this.desk.reader.release(point.name, version);
    if (!found) throw unknownVersion(point, String(version));
    return shownDetail(found);
  }

  private shippedSet({ name }: DecisionPoint): RuleSet {
    return this.desk.shipped.get(name) ?? { point: name, rules: [] };
  }

  private shippedAt(point: DecisionPoint): ShownRelease {
    return shownShipped(this.shippedSet(point));
  }
}

function pointNamed(name: string): DecisionPoint {
  const point = decisionPoints.get(name);
  if (!point) throw new Problem('unknown-point', `there is no decision point ${name.slice(0, 100)}; there are ${[...decisionPoints.keys()].join(', ')}`);
  return point;
}

function itemIn(changeId: string, asked: ChangeAsked): ChangeItem {
  if (asked.type === 'unknown') throw unknownChange(changeId);
  if (asked.type === 'not-now') throw new Problem('change-not-now', asked.why);
  return asked.item;
}

const isName = (text: string): boolean => text.length <= 200 && !text.includes('\0');

const unknownChange = (changeId: string): Problem => new Problem('unknown-change', `no change ${changeId.slice(0, 100)} of the rules is known here`);

const unknownVersion = ({ name }: DecisionPoint, version: string): Problem => new Problem('unknown-version', `there is no version ${version.slice(0, 20)} of ${name}`);
