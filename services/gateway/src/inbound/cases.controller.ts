import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { caseStatuses, type CaseItem } from '../domain/case-view.ts';
import { timelineOf } from '../domain/timeline.ts';
import type { CaseReader, Reader } from '../usecases/ports.ts';
import type { AssignCase, CaseAsked, ResolveCase } from '../usecases/work-on-case.ts';
import { AskedBy, Needs, signerOf, type Asker } from './access.ts';
import { Answers, Asks, AsksForPage, Refuses, Takes } from './answers.ts';
import { assignCaseBody, casesQuery, resolveCaseBody } from './case-requests.ts';
import { cursorOf } from './cursor.ts';
import { READER } from './orders.controller.ts';
import { Problem } from './problem.ts';
import { readBody, readQuery } from './reading.ts';
import { WRITES, type Writes } from './writes.ts';

export const CASE_DESK = Symbol('caseDesk');

/** What is done about cases. */
export interface CaseDesk {
  readonly reader: CaseReader;
  readonly assign: AssignCase;
  readonly resolve: ResolveCase;
}

/** Orders that need a person: an undo finally failed, or nothing moves them. */
@ApiTags('cases')
@Controller('v1/cases')
export class CasesController {
  constructor(@Inject(WRITES) private readonly writes: Writes, @Inject(READER) private readonly reader: Reader, @Inject(CASE_DESK) private readonly desk: CaseDesk) {}

  @Get()
  @Needs('cases:read')
  @ApiOperation({ summary: 'List cases, most urgent first' })
  @Asks('status', 'Only cases that stand so; all but the closed ones when absent.', { type: 'string', enum: caseStatuses })
  @Asks('overdue', 'true: only cases past their deadline and not closed.', { type: 'string', enum: ['true', 'false'] })
  @Asks('owner', 'Only cases of this role.', { type: 'string' })
  @Asks('assignee', 'Only cases that this person looks after.', { type: 'string' })
  @AsksForPage()
  @Answers(200, 'CasePage', 'A page of cases.')
  @Refuses('invalid-request')
  async list(@Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { status, overdue, owner, assignee, limit, cursor } = readQuery(casesQuery, query);
    const items = await this.desk.reader.cases({
      limit: limit + 1, ...(status && { status }), ...(overdue === 'true' && { overdue: true }), ...(owner && { owner }), ...(assignee && { assignee }), ...(cursor && { after: cursor }),
    });
    const page = items.slice(0, limit);
    const last = page.at(-1);
    return { items: page, nextCursor: items.length > limit && last ? cursorOf({ at: Date.parse(last.dueAt), id: last.orderId }) : null };
  }

  @Get(':orderId')
  @Needs('cases:read')
  @ApiOperation({ summary: 'Show the case of an order with its evidence: everything that happened to the order' })
  @Answers(200, 'CaseWithTimeline', 'The case.')
  @Refuses('unknown-case')
  async show(@Param('orderId') orderId: string): Promise<unknown> {
    const [found, order] = known(orderId) ? await Promise.all([this.desk.reader.case(orderId), this.reader.order(orderId)]) : [null, null];
    if (!found) throw unknownCase(orderId);
    return { ...found, timeline: timelineOf(order?.entries ?? []) };
  }

  @Post(':orderId/assign')
  @Needs('cases:work')
  @HttpCode(202)
  @ApiOperation({ summary: 'Have a person look after it' })
  @Takes('AssignCase', { assignee: '李娜' })
  @Answers(202, 'Case', 'On its way; the case shows when it counts.')
  @Refuses('invalid-request', 'unknown-case', 'case-closed', 'not-json', 'overloaded')
  async assign(@Param('orderId') orderId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<CaseItem> {
    const { assignee, assignedBy } = readBody(assignCaseBody, body, 'invalid-request');
    if (!known(orderId)) throw unknownCase(orderId);
    const wish = { orderId, assignee, assignedBy: signerOf(asker, assignedBy), requestId: randomUUID(), trace: asker.trace };
    return itemIn(orderId, await this.writes.inBatch((unit) => this.desk.assign(wish, unit)));
  }

  @Post(':orderId/resolve')
  @Needs('cases:work')
  @HttpCode(202)
  @ApiOperation({ summary: 'Decide what becomes of it', description: 'The case is closed once the order has come to its end, and opened again when a retry fails.' })
  @Takes('ResolveCase', { decision: 'retry-undo', reason: 'the carrier has confirmed by telephone that it can be called off' })
  @Answers(202, 'Case', 'The decision is on its way; the case shows what follows.')
  @Refuses('invalid-request', 'unknown-case', 'case-closed', 'not-json', 'overloaded')
  async resolve(@Param('orderId') orderId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<CaseItem> {
    const { decision, decidedBy, reason } = readBody(resolveCaseBody, body, 'invalid-request');
    if (!known(orderId)) throw unknownCase(orderId);
    const wish = { orderId, decision, decidedBy: signerOf(asker, decidedBy), note: reason, requestId: randomUUID(), trace: asker.trace };
    return itemIn(orderId, await this.writes.inBatch((unit) => this.desk.resolve(wish, unit)));
  }
}

function itemIn(orderId: string, asked: CaseAsked): CaseItem {
  if (asked.type === 'unknown') throw unknownCase(orderId);
  if (asked.type === 'closed') throw new Problem('case-closed', asked.why);
  return asked.item;
}

const known = (orderId: string): boolean => orderId.length <= 200 && !orderId.includes('\0');

const unknownCase = (orderId: string): Problem => new Problem('unknown-case', `no case of an order ${orderId.slice(0, 100)} is known here`);
