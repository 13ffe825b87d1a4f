import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { never } from '@order-mesh/kernel';
import { approvalStatuses, type ApprovalItem } from '../domain/approval-view.ts';
import { isWithin, seesFinance, type Caller, type Reach } from '../domain/caller.ts';
import { decidingReach } from '../domain/deputy.ts';
import { approvalWithoutFinance } from '../domain/finance-fields.ts';
import type { Decided, DecisionRequest } from '../usecases/decide-approvals.ts';
import type { Reader } from '../usecases/ports.ts';
import { AskedBy, Needs, signerOf, type Asker } from './access.ts';
import { Answers, Asks, AsksForPage, Refuses, Takes } from './answers.ts';
import { approvalsQuery, decisionBody, decisionsBody } from './approval-requests.ts';
import { cursorOf } from './cursor.ts';
import { READER } from './orders.controller.ts';
import { Problem } from './problem.ts';
import { readBody, readQuery } from './reading.ts';
import { WRITES, type Writes } from './writes.ts';

const manyExample = { decisions: [{ approvalId: '801MS0000000001YAA:credit', decision: 'granted', comment: 'pays on Friday' }, { approvalId: '801MS0000000002YAA:credit', decision: 'denied' }] };
const example = { comment: 'paid yesterday, the bank is slow' };

export const APPROVAL_REACH = Symbol('approvalReach');

/** Whose approvals somebody has to do with right now: deputies see those of whom they stand in for. */
export type ApprovalReach = (who: Caller) => Promise<Reach>;

/** Questions that wait for a person. */
@ApiTags('approvals')
@Controller('v1/approvals')
export class ApprovalsController {
  constructor(@Inject(WRITES) private readonly writes: Writes, @Inject(READER) private readonly reader: Reader, @Inject(APPROVAL_REACH) private readonly reach: ApprovalReach) {}

  @Get()
  @Needs('approvals:read')
  @ApiOperation({ summary: 'List tasks, most urgent first' })
  @Asks('status', 'Only tasks that stand so.', { type: 'string', enum: approvalStatuses })
  @AsksForPage()
  @Answers(200, 'ApprovalPage', 'A page of tasks.')
  @Refuses('invalid-request')
  async list(@AskedBy() { who }: Asker, @Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { status, limit, cursor } = readQuery(approvalsQuery, query);
    const items = await this.reader.approvals({ reach: await this.reach(who), limit: limit + 1, ...(status && { status }), ...(cursor && { after: cursor }) });
    const page = items.slice(0, limit);
    const last = page.at(-1);
    return { items: seesFinance(who) ? page : page.map(approvalWithoutFinance), nextCursor: items.length > limit && last ? cursorOf({ at: Date.parse(last.deadline), id: last.approvalId }) : null };
  }

  @Get(':approvalId')
  @Needs('approvals:read')
  @ApiOperation({ summary: 'Show a task' })
  @Answers(200, 'Approval', 'The task.')
  @Refuses('unknown-approval')
  async show(@AskedBy() { who }: Asker, @Param('approvalId') approvalId: string): Promise<ApprovalItem> {
    const found = known(approvalId) ? await this.reader.approval(approvalId) : null;
    if (!found || !isWithin(await this.reach(who), found)) throw unknownApproval(approvalId);
    return seesFinance(who) ? found : approvalWithoutFinance(found);
  }

  @Post('decisions')
  @Needs('approvals:decide')
  @HttpCode(202)
  @ApiOperation({ summary: 'Decide on many tasks', description: 'Up to 200. Each is answered by itself: that one cannot be decided is no obstacle to the others.' })
  @Takes('DecideApprovals', manyExample)
  @Answers(202, 'DecisionsTaken', 'The decisions that were asked for are on their way; each task shows when its one counts.')
  @Refuses('invalid-request', 'not-json', 'overloaded')
  async decideMany(@AskedBy() asker: Asker, @Body() body: unknown): Promise<{ readonly items: readonly DecisionTaken[] }> {
    const { decidedBy, decisions } = readBody(decisionsBody, body, 'invalid-request');
    const requestId = randomUUID();
    const decider = await this.decider(asker, decidedBy);
    const decided = await this.writes.decide(decisions.map((decision, at) => ({ ...decision, ...decider, requestId: `${requestId}/${at}` })));
    return { items: decisions.map(({ approvalId }, at) => ({ decidedBy: decider.decidedBy, ...takenOf(approvalId, decided[at] ?? { type: 'unknown' }) })) };
  }

  @Post(':approvalId/grant')
  @Needs('approvals:decide')
  @HttpCode(202)
  @ApiOperation({ summary: 'Overturn the refusal' })
  @Takes('DecideApproval', example)
  @Answers(202, 'Approval', 'The decision is on its way; the task shows when it counts.')
  @Refuses('invalid-request', 'own-request', 'unknown-approval', 'approval-closed', 'not-json', 'overloaded')
  grant(@Param('approvalId') approvalId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<ApprovalItem> {
    return this.decide(approvalId, 'granted', asker, body);
  }

  @Post(':approvalId/deny')
  @Needs('approvals:decide')
  @HttpCode(202)
  @ApiOperation({ summary: 'Let the refusal stand' })
  @Takes('DecideApproval', example)
  @Answers(202, 'Approval', 'The decision is on its way; the task shows when it counts.')
  @Refuses('invalid-request', 'own-request', 'unknown-approval', 'approval-closed', 'not-json', 'overloaded')
  deny(@Param('approvalId') approvalId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<ApprovalItem> {
    return this.decide(approvalId, 'denied', asker, body);
  }

  private async decide(approvalId: string, decision: DecisionRequest['decision'], asker: Asker, body: unknown): Promise<ApprovalItem> {
    const { decidedBy, comment } = readBody(decisionBody, body, 'invalid-request');
    if (!known(approvalId)) throw unknownApproval(approvalId);
    const [decided] = await this.writes.decide([{ approvalId, decision, ...await this.decider(asker, decidedBy), comment, requestId: randomUUID() }]);
    if (!decided || decided.type === 'unknown') throw unknownApproval(approvalId);
    if (decided.type === 'closed') throw new Problem('approval-closed', decided.why);
    if (decided.type === 'not-theirs') throw new Problem(decided.because, decided.why);
    return decided.approval;
  }

  private async decider(asker: Asker, told: string | undefined): Promise<Pick<DecisionRequest, 'decidedBy' | 'decider' | 'reach' | 'trace'>> {
    return { decidedBy: signerOf(asker, told), decider: asker.who, reach: decidingReach(await this.reach(asker.who)), trace: asker.trace };
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
    case 'not-theirs': return { approvalId, outcome: 'not-theirs', detail: decided.why, approval: decided.approval };
    case 'unknown': return { approvalId, outcome: 'unknown', detail: 'no such task is known here', approval: null };
    default: return never(decided);
  }
}

const known = (approvalId: string): boolean => approvalId.length <= 300 && !approvalId.includes('\0');

const unknownApproval = (approvalId: string): Problem => new Problem('unknown-approval', `no task ${approvalId.slice(0, 100)} is known here`);
