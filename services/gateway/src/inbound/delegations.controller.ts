import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Clock } from '@order-mesh/kernel';
import type { Response } from 'express';
import { isSameName, reachOf, type Caller } from '../domain/caller.ts';
import type { DelegationItem } from '../domain/delegation-view.ts';
import type { DelegationReader } from '../usecases/ports.ts';
import type { AskDelegation, AskEnd } from '../usecases/work-on-delegation.ts';
import { AskedBy, Needs, signerOf, type Asker } from './access.ts';
import { Answers, AsksForPage, Refuses, Takes } from './answers.ts';
import { cursorOf } from './cursor.ts';
import { delegateBody, delegationsQuery, endDelegationBody } from './delegation-requests.ts';
import { Problem } from './problem.ts';
import { readBody, readQuery } from './reading.ts';
import { WRITES, type Writes } from './writes.ts';

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
  @Needs('delegations:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Let a deputy decide while somebody is away', description: 'The deputy may decide what the absent may, and both are recorded. Needs a directory of people (APPROVALS_PEOPLE_FILE).' })
  @Takes('DelegateApprovals', { absent: '李娜', deputy: '张伟', since: '2026-10-09', until: '2026-10-16', reason: 'on leave' })
  @Answers(202, 'Delegation', 'Asked for; the delegation shows whether it stands.')
  @Refuses('invalid-request', 'not-json', 'overloaded')
  async delegate(@AskedBy() asker: Asker, @Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<DelegationItem> {
    const { since, requestedBy, ...wish } = readBody(delegateBody, body, 'invalid-request');
    assertOwn(asker.who, wish.absent);
    const delegationId = randomUUID();
    const item = await this.writes.inBatch((unit) => this.desk.delegate({ ...wish, requestedBy: signerOf(asker, requestedBy), since: since ?? this.desk.clock.now(), delegationId, trace: asker.trace }, unit));
    response.set('Location', `/v1/delegations/${delegationId}`);
    return item;
  }

  @Get()
  @Needs('delegations:read')
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
  @Needs('delegations:read')
  @ApiOperation({ summary: 'Show a delegation' })
  @Answers(200, 'Delegation', 'The delegation.')
  @Refuses('unknown-delegation')
  async show(@Param('delegationId') delegationId: string): Promise<DelegationItem> {
    const found = known(delegationId) ? await this.desk.reader.delegation(delegationId) : null;
    if (!found) throw unknownDelegation(delegationId);
    return found;
  }

  @Post(':delegationId/end')
  @Needs('delegations:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'End a delegation: the person is back' })
  @Takes('EndDelegation', {})
  @Answers(202, 'Delegation', 'Asked for; the delegation shows when it has ended.')
  @Refuses('invalid-request', 'unknown-delegation', 'not-json', 'overloaded')
  async end(@Param('delegationId') delegationId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<DelegationItem> {
    const { requestedBy } = readBody(endDelegationBody, body, 'invalid-request');
    const found = known(delegationId) ? await this.desk.reader.delegation(delegationId) : null;
    if (!found) throw unknownDelegation(delegationId);
    assertOwn(asker.who, found.absent);
    const wish = { delegationId, requestedBy: signerOf(asker, requestedBy), requestId: randomUUID(), trace: asker.trace };
    const item = await this.writes.inBatch((unit) => this.desk.end(wish, unit));
    if (!item) throw unknownDelegation(delegationId);
    return item;
  }
}

/** A manager passes on an own right; whose it is otherwise, is for those who look after all of them. */
function assertOwn(who: Caller, absent: string): void {
  if (reachOf(who) !== 'everything' && !isSameName(who.name, absent)) throw new Problem('forbidden', `you may let a deputy decide for yourself, not for ${absent}; sales_director or ops may`);
}

const known = (delegationId: string): boolean => delegationId.length <= 100 && !delegationId.includes('\0');

const unknownDelegation = (delegationId: string): Problem => new Problem('unknown-delegation', `no delegation ${delegationId.slice(0, 100)} is known here`);
