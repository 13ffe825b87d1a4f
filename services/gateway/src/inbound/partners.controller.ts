import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Unit } from '@order-mesh/messaging';
import type { PartnerBoard } from '@order-mesh/outbound';
import type { Log } from '@order-mesh/platform';
import { AskedBy, Needs, signerOf, type Asker } from './access.ts';
import { Answers, Refuses, Takes } from './answers.ts';
import { partnerItemOf } from './partner-item.ts';
import { pausePartnerBody, resumePartnerBody } from './partner-requests.ts';
import { Problem } from './problem.ts';
import { readBody } from './reading.ts';
import { WRITES, type Writes } from './writes.ts';

export const PARTNER_BOARD = Symbol('partnerBoard');
export const PARTNER_LOG = Symbol('partnerLog');

/** The systems outside that the mesh calls: how they are, and stopping the calls by hand. */
@ApiTags('partners')
@Controller('v1/partners')
export class PartnersController {
  constructor(@Inject(WRITES) private readonly writes: Writes, @Inject(PARTNER_BOARD) private readonly board: PartnerBoard, @Inject(PARTNER_LOG) private readonly log: Log) {}

  @Get()
  @Needs('partners:read')
  @ApiOperation({ summary: 'Show how each partner system is, what waits for it and how fast it answers' })
  @Answers(200, 'Partners', 'One item for each partner of each service.')
  async list(): Promise<unknown> {
    return { items: (await this.board.list()).map(partnerItemOf) };
  }

  @Post(':system/pause')
  @Needs('partners:pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop calling a partner system', description: 'Within about a second, in every process. Calls under way end; the others wait, and are given up only at their own deadlines.' })
  @Takes('PausePartner', { note: 'U8 is being upgraded until six' })
  @Answers(200, 'Partners', 'The partner, paused.')
  @Refuses('invalid-request', 'unknown-partner', 'not-json', 'overloaded')
  pause(@Param('system') system: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<unknown> {
    const { pausedBy, note } = readBody(pausePartnerBody, body, 'invalid-request');
    const by = signerOf(asker, pausedBy);
    return this.#change(system, `paused by ${by}`, (unit) => this.board.pause(unit, system, { by, note }));
  }

  @Post(':system/resume')
  @Needs('partners:pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Call a partner system again', description: 'Slowly at first: the full rate is reached after some seconds.' })
  @Takes('ResumePartner', {})
  @Answers(200, 'Partners', 'The partner, called again.')
  @Refuses('invalid-request', 'unknown-partner', 'not-json', 'overloaded')
  resume(@Param('system') system: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<unknown> {
    const by = signerOf(asker, readBody(resumePartnerBody, body, 'invalid-request').resumedBy);
    return this.#change(system, `resumed by ${by}`, (unit) => this.board.resume(unit, system, by));
  }

  async #change(system: string, words: string, change: (unit: Unit) => Promise<boolean>): Promise<unknown> {
    if (!(await this.writes.inBatch(change))) throw new Problem('unknown-partner', `nobody here calls ${system.slice(0, 40)}`);
    this.log.warn(`calls to a partner ${words}`, { system });
    return { items: (await this.board.list()).filter((one) => one.system === system).map(partnerItemOf) };
  }
}
