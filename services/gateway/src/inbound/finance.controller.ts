import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Reader } from '../usecases/ports.ts';
import { Needs } from './access.ts';
import { Asks, ref, Refuses } from './answers.ts';
import { confirmedPages, csvOf, jsonOf } from './confirmed-orders.ts';
import { READER } from './orders.controller.ts';
import { readQuery } from './reading.ts';
import { confirmedQuery } from './span.ts';

/** What finance takes home. */
@ApiTags('finance')
@Controller('v1/finance')
export class FinanceController {
  constructor(@Inject(READER) private readonly reader: Reader) {}

  @Get('confirmed-orders')
  @Needs('finance:feed')
  @ApiOperation({ summary: 'Give the confirmed orders of a span of time, oldest first', description: 'Days are days in Beijing and both belong to the span; of two moments the second does not.' })
  @Asks('from', 'First day, or first moment, of confirmation.', { type: 'string' })
  @Asks('to', 'Last day, or the moment after the last, of confirmation.', { type: 'string' })
  @Asks('format', 'json when absent.', { type: 'string', enum: ['json', 'csv'] })
  @ApiResponse({
    status: 200,
    description: 'The orders. In CSV (RFC 4180, UTF-8) amounts are in yuan and cells that look like formulas begin with an apostrophe.',
    content: { 'application/json': { schema: ref('ConfirmedOrders') }, 'text/csv': { schema: { type: 'string' } } },
  })
  @Refuses('invalid-request')
  async confirmed(@Query() query: Readonly<Record<string, unknown>>, @Res() response: Response): Promise<void> {
    const { span, format } = readQuery(confirmedQuery, query);
    // the first page is read before anything is said, so that a failure can still be told
    const pages = await confirmedPages(this.reader, span);
    if (format === 'csv') response.set({ 'Content-Type': 'text/csv; charset=utf-8; header=present', 'Content-Disposition': 'attachment; filename="confirmed-orders.csv"' });
    else response.type('application/json');
    await pipeline(Readable.from(format === 'csv' ? csvOf(pages) : jsonOf(pages)), response);
  }
}
