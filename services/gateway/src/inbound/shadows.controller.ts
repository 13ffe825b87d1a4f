import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { hours } from '@order-mesh/kernel';
import type { Response } from 'express';
import type { ShadowItem } from '../domain/shadow-view.ts';
import type { RulesReader } from '../usecases/rules-ports.ts';
import type { AskShadow, AskShadowEnd, ShadowAsked } from '../usecases/shadow-rules.ts';
import { AskedBy, Needs, signerOf, type Asker } from './access.ts';
import { Answers, Refuses, Takes } from './answers.ts';
import { Problem } from './problem.ts';
import { readBody } from './reading.ts';
import { endShadowBody, shadowRulesBody } from './rules-requests.ts';
import { WRITES, type Writes } from './writes.ts';

export const SHADOW_DESK = Symbol('shadowDesk');

/** What is needed to have rules decide silently. */
export interface ShadowDesk {
  readonly reader: Pick<RulesReader, 'shadows' | 'shadow'>;
  readonly begin: AskShadow;
  readonly end: AskShadowEnd;
}

/** Changes of the rules that decide silently beside those in force. */
@ApiTags('rules')
@Controller('v1/rules')
export class ShadowsController {
  constructor(@Inject(WRITES) private readonly writes: Writes, @Inject(SHADOW_DESK) private readonly desk: ShadowDesk) {}

  @Get('shadows')
  @Needs('rules:read')
  @ApiOperation({ summary: 'List the changes that decide silently, with what was counted so far' })
  @Answers(200, 'RulesShadows', 'Those that run, the newest first.')
  async shadows(): Promise<unknown> {
    return { items: await this.desk.reader.shadows() };
  }

  @Get('changes/:changeId/shadow')
  @Needs('rules:read')
  @ApiOperation({ summary: 'Show what a change would have decided since it decides silently' })
  @Answers(200, 'RulesShadow', 'The last shadow of the change, as far as it is counted; a few seconds late.')
  @Refuses('unknown-shadow')
  async shadow(@Param('changeId') changeId: string): Promise<ShadowItem> {
    const found = isName(changeId) ? await this.desk.reader.shadow(changeId) : null;
    if (!found) throw unknownShadow(changeId);
    return found;
  }

  @Post('changes/:changeId/shadow')
  @Needs('rules:shadow')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Have a change decide silently beside the rules in force',
    description: 'While it waits for a second person. It decides on whatever the rules in force decide on, changes nothing, and what would have come out otherwise is counted. It is over when it is stopped, its time is, or the change is approved or rejected. One at a decision point at a time.',
  })
  @Takes('ShadowRules', { forHours: 168 })
  @Answers(202, 'RulesShadow', 'Asked for; the shadow shows once it runs, else the change shows under `refusal` why not.')
  @Refuses('invalid-request', 'unknown-change', 'change-not-now', 'not-json', 'overloaded')
  async begin(@Param('changeId') changeId: string, @AskedBy() asker: Asker, @Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<ShadowItem> {
    const { forHours, author } = readBody(shadowRulesBody, body, 'invalid-request');
    if (!isName(changeId)) throw unknownChange(changeId);
    const wish = { changeId, shadowId: randomUUID(), length: hours(forHours), author: signerOf(asker, author), trace: asker.trace };
    response.set('Location', `/v1/rules/changes/${encodeURIComponent(changeId)}/shadow`);
    return itemIn(changeId, await this.writes.inBatch((unit) => this.desk.begin(wish, unit)));
  }

  @Post('changes/:changeId/shadow/end')
  @Needs('rules:shadow')
  @HttpCode(202)
  @ApiOperation({ summary: 'Have a change decide silently no more' })
  @Takes('EndShadow', {})
  @Answers(202, 'RulesShadow', 'On its way; the shadow shows when all is counted.')
  @Refuses('invalid-request', 'unknown-shadow', 'not-json', 'overloaded')
  async end(@Param('changeId') changeId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<ShadowItem> {
    const { author } = readBody(endShadowBody, body, 'invalid-request');
    if (!isName(changeId)) throw unknownShadow(changeId);
    const wish = { changeId, author: signerOf(asker, author), requestId: randomUUID(), trace: asker.trace };
    return itemIn(changeId, await this.writes.inBatch((unit) => this.desk.end(wish, unit)));
  }
}

function itemIn(changeId: string, asked: ShadowAsked): ShadowItem {
  if (asked.type === 'unknown-change') throw unknownChange(changeId);
  if (asked.type === 'unknown-shadow') throw unknownShadow(changeId);
  if (asked.type === 'not-now') throw new Problem('change-not-now', asked.why);
  return asked.item;
}

const isName = (text: string): boolean => text.length <= 200 && !text.includes('\0');

const unknownChange = (changeId: string): Problem => new Problem('unknown-change', `no change ${changeId.slice(0, 100)} of the rules is known here`);

const unknownShadow = (changeId: string): Problem => new Problem('unknown-shadow', `change ${changeId.slice(0, 100)} does not decide silently, and never did`);
