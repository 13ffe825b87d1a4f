import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { days, type Clock } from '@order-mesh/kernel';
import { z } from 'zod';
import { adoptionOf, beginningOf, monthsUntil, type Adoption, type WhoIsWho } from '../domain/adoption.ts';
import type { RulesReader } from '../usecases/rules-ports.ts';
import { Needs } from './access.ts';
import { Answers, Asks, Refuses } from './answers.ts';
import { record } from './fields.ts';
import { readQuery } from './reading.ts';

export const ADOPTION_DESK = Symbol('adoptionDesk');

/** What is needed to tell how far the business changes its rules itself. */
export interface AdoptionDesk {
  readonly reader: Pick<RulesReader, 'changesSince'>;
  readonly whoIsWho: WhoIsWho;
  readonly clock: Clock;
}

const MOST_CHANGES = 10_000;
/** A change that waited longer before it went live is not counted. */
const LONGEST_WAIT = days(366);

const months = 'must be a whole number of months from 1 to 60';
const query = record({ months: z.string({ error: 'must be given once' }).regex(/^\d{1,2}$/, months).transform(Number).refine((count) => count >= 1 && count <= 60, months).default(12) });

/** How far the business changes its rules itself. */
@ApiTags('rules')
@Controller('v1/rules')
export class AdoptionController {
  constructor(@Inject(ADOPTION_DESK) private readonly desk: AdoptionDesk) {}

  @Get('adoption')
  @Needs('rules:adoption')
  @ApiOperation({
    summary: 'Tell how far the business changes its rules itself',
    description: 'Counted from what became of every change. Of the business is an author whom the directory of people gives a role that is none of those of IT; who is not in it is unknown, and counts against the share.',
  })
  @Asks('months', 'So many months in Beijing, the present one included, 1 to 60; 12 when absent.', { type: 'integer' })
  @Answers(200, 'RulesAdoption', 'The figures.')
  @Refuses('invalid-request')
  async adoption(@Query() given: Readonly<Record<string, unknown>>): Promise<Adoption & { readonly hasDirectory: boolean }> {
    const { reader, whoIsWho, clock } = this.desk;
    const span = monthsUntil(clock.now(), readQuery(query, given).months);
    const changes = await reader.changesSince(Math.max(0, beginningOf(span[0] ?? '1970-01') - LONGEST_WAIT), MOST_CHANGES);
    return { hasDirectory: whoIsWho.people !== null, ...adoptionOf(changes, span, whoIsWho) };
  }
}
