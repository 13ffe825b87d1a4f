import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { never } from '@order-mesh/kernel';
import { approvalStatuses, type ApprovalItem } from '../domain/approval-view.ts';
import type { Decided, DecisionRequest } from '../usecases/decide-approvals.ts';
import type { Reader } from '../usecases/ports.ts';
import { Answers, Asks, AsksForPage, Refuses, Takes } from './answers.ts';
import { approvalsQuery, decisionBody, decisionsBody } from './approval-requests.ts';
import { cursorOf } from './cursor.ts';
import { READER } from './orders.controller.ts';
import { Problem } from './problem.ts';
import { readBody, readQuery } from './reading.ts';
import { traceFrom, WRITES, type Writes } from './writes.ts';

const manyExample = { decidedBy: '李经理', decisions: [{ approvalId: '801MS0000000001YAA:credit', decision: 'granted', comment: 'pays on Friday' }, { approvalId: '801MS0000000002YAA:credit', decision: 'denied' }] };
const example = { decidedBy: '李经理', comment: 'paid yesterday, the bank is slow' };

/** Questions that wait for a person. */
@ApiTags('approvals')
@Controller('v1/approvals')
export class ApprovalsController {
  constructor(@Inject(WRITES) private readonly writes: Writes, @Inject(READER) private readonly reader: Reader) {}

  @Get()
  @ApiOperation({ summary: 'List tasks, most urgent first' })
  @Asks('status', 'Only tasks that stand so.', { type: 'string', enum: approvalStatuses })
  @AsksForPage()
  @Answers(200, 'ApprovalPage', 'A page of tasks.')
  @Refuses('invalid-request')
  async list(@Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { status, limit, cursor } = readQuery(approvalsQuery, query);
    const items = await this.reader.approvals({ limit: limit + 1, ...(status && { status }), ...(cursor && { after: cursor }) });
    const page = items.slice(0, limit);
    const last = page.at(-1);
    return { items: page, nextCursor: items.length > limit && last ? cursorOf({ at: Date.parse(last.deadline), id: last.approvalId }) : null };
  }

  @Get(':approvalId')
  @ApiOperation({ summary: 'Show a task' })
  @Answers(200, 'Approval', 'The task.')
  @Refuses('unknown-approval')
  async show(@Param('approvalId') approvalId: string): Promise<ApprovalItem> {
    const found = known(approvalId) ? await this.reader.approval(approvalId) : null;
    if (!found) throw unknownApproval(approvalId);
    return found;
  }

  @Post('decisions')
  @HttpCode(202)
  @ApiOperation({ summary: 'Decide on many tasks', description: 'Up to 200. Each is answered by itself: that one cannot be decided is no obstacle to the others.' })
  @Takes('DecideApprovals', manyExample)
  @Answers(202, 'DecisionsTaken', 'The decisions that were asked for are on their way; each task shows when its one counts.')
  @Refuses('invalid-request', 'not-json', 'overloaded')
  async decideMany(@Headers('traceparent') traceparent: string | undefined, @Body() body: unknown): Promise<{ readonly items: readonly DecisionTaken[] }> {
    const { decidedBy, decisions } = readBody(decisionsBody, body, 'invalid-request');
    const requestId = randomUUID();
    const trace = traceFrom(traceparent);
    const decided = await this.writes.decide(decisions.map((decision, at) => ({ ...decision, decidedBy, requestId: `${requestId}/${at}`, trace })));
    return { items: decisions.map(({ approvalId }, at) => takenOf(approvalId, decided[at] ?? { type: 'unknown' })) };
  }

  @Post(':approvalId/grant')
  @HttpCode(202)
  @ApiOperation({ summary: 'Overturn the refusal' })
  @Takes('DecideApproval', example)
  @Answers(202, 'Approval', 'The decision is on its way; the task shows when it counts.')
  @Refuses('invalid-request', 'unknown-approval', 'approval-closed', 'not-json', 'overloaded')
  grant(@Param('approvalId') approvalId: string, @Headers('traceparent') traceparent: string | undefined, @Body() body: unknown): Promise<ApprovalItem> {
    return this.decide(approvalId, 'granted', traceparent, body);
  }

  @Post(':approvalId/deny')
  @HttpCode(202)
  @ApiOperation({ summary: 'Let the refusal stand' })
  @Takes('DecideApproval', example)
  @Answers(202, 'Approval', 'The decision is on its way; the task shows when it counts.')
  @Refuses('invalid-request', 'unknown-approval', 'approval-closed', 'not-json', 'overloaded')
  deny(@Param('approvalId') approvalId: string, @Headers('traceparent') traceparent: string | undefined, @Body() body: unknown): Promise<ApprovalItem> {
    return this.decide(approvalId, 'denied', traceparent, body);
  }

  private async decide(approvalId: string, decision: DecisionRequest['decision'], traceparent: string | undefined, body: unknown): Promise<ApprovalItem> {
    const { decidedBy, comment } = readBody(decisionBody, body, 'invalid-request');
    if (!known(approvalId)) throw unknownApproval(approvalId);
    const [decided] = await this.writes.decide([{ approvalId, decision, decidedBy, comment, requestId: randomUUID(), trace: traceFrom(traceparent) }]);
    if (!decided || decided.type === 'unknown') throw unknownApproval(approvalId);
    if (decided.type === 'closed') throw new Problem('approval-closed', decided.why);
    return decided.approval;
  }
}

/** What became of one of many decisions. */
interface DecisionTaken {
  readonly approvalId: string;
  readonly outcome: Decided['type'];
  /** Why it was not asked for; empty otherwise. */
  readonly detail: string;
  readonly approval: ApprovalItem | null;
}

function takenOf(approvalId: string, decided: Decided): DecisionTaken {
  switch (decided.type) {
    case 'asked': return { approvalId, outcome: 'asked', detail: '', approval: decided.approval };
    case 'closed': return { approvalId, outcome: 'closed', detail: decided.why, approval: decided.approval };
    case 'unknown': return { approvalId, outcome: 'unknown', detail: 'no such task is known here', approval: null };
    default: return never(decided);
  }
}

const known = (approvalId: string): boolean => approvalId.length <= 300 && !approvalId.includes('\0');

const unknownApproval = (approvalId: string): Problem => new Problem('unknown-approval', `no task ${approvalId.slice(0, 100)} is known here`);
