import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Clock } from '@order-mesh/kernel';
import type { Response } from 'express';
import type { DelegationItem } from '../domain/delegation-view.ts';
import type { DelegationReader } from '../usecases/ports.ts';
import type { AskDelegation, AskEnd } from '../usecases/work-on-delegation.ts';
import { Answers, AsksForPage, Refuses, Takes } from './answers.ts';
import { cursorOf } from './cursor.ts';
import { delegateBody, delegationsQuery, endDelegationBody } from './delegation-requests.ts';
import { Problem } from './problem.ts';
import { readBody, readQuery } from './reading.ts';
import { traceFrom, WRITES, type Writes } from './writes.ts';

export const DELEGATION_DESK = Symbol('delegationDesk');

/** What is done about delegations. */
export interface DelegationDesk {
  readonly reader: DelegationReader;
  readonly delegate: AskDelegation;
  readonly end: AskEnd;
  readonly clock: Clock;
}

/** Who decides on approvals for whom, while somebody is away. */
@ApiTags('approvals')
@Controller('v1/delegations')
export class DelegationsController {
  constructor(@Inject(WRITES) private readonly writes: Writes, @Inject(DELEGATION_DESK) private readonly desk: DelegationDesk) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Let a deputy decide while somebody is away', description: 'The deputy may decide what the absent may, and both are recorded. Needs a directory of people (APPROVALS_PEOPLE_FILE).' })
  @Takes('DelegateApprovals', { absent: '李娜', deputy: '张伟', since: '2026-10-09', until: '2026-10-16', reason: 'on leave', requestedBy: '李娜' })
  @Answers(202, 'Delegation', 'Asked for; the delegation shows whether it stands.')
  @Refuses('invalid-request', 'not-json', 'overloaded')
  async delegate(@Headers('traceparent') traceparent: string | undefined, @Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<DelegationItem> {
    const { since, ...wish } = readBody(delegateBody, body, 'invalid-request');
    const delegationId = randomUUID();
    const item = await this.writes.inBatch((unit) => this.desk.delegate({ ...wish, since: since ?? this.desk.clock.now(), delegationId, trace: traceFrom(traceparent) }, unit));
    response.set('Location', `/v1/delegations/${delegationId}`);
    return item;
  }

  @Get()
  @ApiOperation({ summary: 'List delegations, the one that ends last first' })
  @AsksForPage()
  @Answers(200, 'DelegationPage', 'A page of delegations.')
  @Refuses('invalid-request')
  async list(@Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { limit, cursor } = readQuery(delegationsQuery, query);
    const items = await this.desk.reader.delegations({ limit: limit + 1, ...(cursor && { after: cursor }) });
    const page = items.slice(0, limit);
    const last = page.at(-1);
    return { items: page, nextCursor: items.length > limit && last ? cursorOf({ at: Date.parse(last.until), id: last.delegationId }) : null };
  }

  @Get(':delegationId')
  @ApiOperation({ summary: 'Show a delegation' })
  @Answers(200, 'Delegation', 'The delegation.')
  @Refuses('unknown-delegation')
  async show(@Param('delegationId') delegationId: string): Promise<DelegationItem> {
    const found = known(delegationId) ? await this.desk.reader.delegation(delegationId) : null;
    if (!found) throw unknownDelegation(delegationId);
    return found;
  }

  @Post(':delegationId/end')
  @HttpCode(202)
  @ApiOperation({ summary: 'End a delegation: the person is back' })
  @Takes('EndDelegation', { requestedBy: '李娜' })
  @Answers(202, 'Delegation', 'Asked for; the delegation shows when it has ended.')
  @Refuses('invalid-request', 'unknown-delegation', 'not-json', 'overloaded')
  async end(@Param('delegationId') delegationId: string, @Headers('traceparent') traceparent: string | undefined, @Body() body: unknown): Promise<DelegationItem> {
    const { requestedBy } = readBody(endDelegationBody, body, 'invalid-request');
    const wish = { delegationId, requestedBy, requestId: randomUUID(), trace: traceFrom(traceparent) };
    const item = known(delegationId) ? await this.writes.inBatch((unit) => this.desk.end(wish, unit)) : null;
    if (!item) throw unknownDelegation(delegationId);
    return item;
  }
}

const known = (delegationId: string): boolean => delegationId.length <= 100 && !delegationId.includes('\0');

const unknownDelegation = (delegationId: string): Problem => new Problem('unknown-delegation', `no delegation ${delegationId.slice(0, 100)} is known here`);
