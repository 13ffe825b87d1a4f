import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { differenceStatuses, type DifferenceItem } from '../domain/reconciliation-view.ts';
import type { ReconciliationReader } from '../usecases/ports.ts';
import type { AcceptDifference, DifferenceAsked, RepairDifference, StartRun } from '../usecases/reconcile.ts';
import { AskedBy, Needs, signerOf, type Asker } from './access.ts';
import { Answers, Asks, AsksForPage, Refuses, Takes } from './answers.ts';
import { cursorOf } from './cursor.ts';
import { Problem } from './problem.ts';
import { readBody, readQuery } from './reading.ts';
import { acceptBody, reconciliationQuery, repairBody, startRunBody } from './reconciliation-requests.ts';
import { WRITES, type Writes } from './writes.ts';

export const RECONCILIATION_DESK = Symbol('reconciliationDesk');

/** What is done about differences. */
export interface ReconciliationDesk {
  readonly reader: ReconciliationReader;
  readonly start: StartRun;
  readonly repair: RepairDifference;
  readonly accept: AcceptDifference;
}

/** Whether the books of CRM, mesh and ERP agree, and what is done where they don't. */
@ApiTags('reconciliation')
@Controller('v1/reconciliation')
export class ReconciliationController {
  constructor(@Inject(WRITES) private readonly writes: Writes, @Inject(RECONCILIATION_DESK) private readonly desk: ReconciliationDesk) {}

  @Get()
  @Needs('reconciliation:read')
  @ApiOperation({ summary: 'Show the latest reconciliation and the differences that wait', description: 'A difference counts once two readings of the books have seen it.' })
  @Asks('status', 'Only differences that stand so; open and repairing ones when absent.', { type: 'string', enum: differenceStatuses })
  @Asks('order', 'Only differences of this order.', { type: 'string' })
  @AsksForPage()
  @Answers(200, 'Reconciliation', 'How things stand.')
  @Refuses('invalid-request')
  async show(@Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { status, order, limit, cursor } = readQuery(reconciliationQuery, query);
    const [runs, found] = await Promise.all([
      this.desk.reader.latest(),
      this.desk.reader.differences({ limit: limit + 1, ...(status && { status }), ...(order && { orderId: order }), ...(cursor && { after: cursor.id }) }),
    ]);
    const differences = found.slice(0, limit);
    const last = differences.at(-1);
    return { ...runs, differences, nextCursor: found.length > limit && last ? cursorOf({ at: 0, id: last.differenceId }) : null };
  }

  @Post('runs')
  @Needs('reconciliation:repair')
  @HttpCode(202)
  @ApiOperation({ summary: 'Have the books compared now' })
  @Takes('StartReconciliation', {})
  @Answers(202, 'ReconciliationAsked', 'On its way; the run shows what comes of it.')
  @Refuses('invalid-request', 'run-under-way', 'not-json', 'overloaded')
  async start(@AskedBy() asker: Asker, @Body() body: unknown): Promise<unknown> {
    const { requestedBy, days = 0 } = readBody(startRunBody, body, 'invalid-request');
    const asked = await this.writes.inBatch((unit) => this.desk.start({ by: signerOf(asker, requestedBy), days, requestId: randomUUID(), trace: asker.trace }, unit));
    if (asked.type === 'under-way') throw new Problem('run-under-way', 'the books are being compared right now; ask again in a few seconds', { retryAfterSeconds: 2 });
    return { runId: asked.runId };
  }

  @Get('runs/:runId')
  @Needs('reconciliation:read')
  @ApiOperation({ summary: 'Show a reconciliation' })
  @Answers(200, 'ReconciliationRun', 'The run.')
  @Refuses('unknown-run')
  async run(@Param('runId') runId: string): Promise<unknown> {
    const found = isNumber(runId) ? await this.desk.reader.run(runId) : null;
    if (!found) throw new Problem('unknown-run', `no reconciliation ${runId.slice(0, 40)} is known here; a new one shows a moment after it was asked for`);
    return found;
  }

  @Post('differences/:differenceId/repair')
  @Needs('reconciliation:repair')
  @HttpCode(202)
  @ApiOperation({ summary: 'Repair a difference, or say what would be done', description: 'It is called repaired only when a later reconciliation no longer finds it.' })
  @Takes('RepairDifference', { dryRun: true })
  @Answers(202, 'RepairAsked', 'What is done or, in a dry run, would be done.')
  @Refuses('invalid-request', 'unknown-difference', 'difference-closed', 'repair-by-hand', 'not-json', 'overloaded')
  async repair(@Param('differenceId') differenceId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<unknown> {
    const { by, dryRun: isDryRun } = readBody(repairBody, body, 'invalid-request');
    if (!isNumber(differenceId)) throw unknownDifference(differenceId);
    const wish = { differenceId, isDryRun, by: signerOf(asker, by), requestId: randomUUID(), trace: asker.trace };
    const item = itemIn(differenceId, await this.writes.inBatch((unit) => this.desk.repair(wish, unit)));
    return { dryRun: isDryRun, difference: item };
  }

  @Post('differences/:differenceId/accept')
  @Needs('reconciliation:repair')
  @HttpCode(202)
  @ApiOperation({ summary: 'Leave a difference as it is', description: 'It counts no more, until it says something else.' })
  @Takes('AcceptDifference', { reason: 'agreed with the customer by telephone' })
  @Answers(202, 'Difference', 'On its way; the difference shows when it counts.')
  @Refuses('invalid-request', 'unknown-difference', 'difference-closed', 'not-json', 'overloaded')
  async accept(@Param('differenceId') differenceId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<unknown> {
    const { by, reason } = readBody(acceptBody, body, 'invalid-request');
    if (!isNumber(differenceId)) throw unknownDifference(differenceId);
    const wish = { differenceId, by: signerOf(asker, by), reason, requestId: randomUUID(), trace: asker.trace };
    return itemIn(differenceId, await this.writes.inBatch((unit) => this.desk.accept(wish, unit)));
  }
}

function itemIn(differenceId: string, asked: DifferenceAsked): DifferenceItem {
  if (asked.type === 'unknown') throw unknownDifference(differenceId);
  if (asked.type === 'closed') throw new Problem('difference-closed', asked.why);
  if (asked.type === 'by-hand') throw new Problem('repair-by-hand', `only a person can: ${asked.advice}`);
  return asked.item;
}

const isNumber = (text: string): boolean => /^[\w-]{1,100}$/.test(text);

const unknownDifference = (differenceId: string): Problem => new Problem('unknown-difference', `no difference ${differenceId.slice(0, 40)} is known here`);
