import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Anybody } from './access.ts';
import { Answers } from './answers.ts';

export const READINESS = Symbol('readiness');

/** For whoever decides to restart us, or to send us requests. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(@Inject(READINESS) private readonly readiness: () => Promise<string | null>) {}

  @Get('live')
  @Anybody()
  @ApiOperation({ summary: 'Whether the process lives' })
  @Answers(200, 'Health', 'It does.')
  live(): { readonly status: string } {
    return { status: 'live' };
  }

  @Get('ready')
  @Anybody()
  @ApiOperation({ summary: 'Whether it takes orders' })
  @Answers(200, 'Health', 'It does.')
  @Answers(503, 'Health', 'Something stands in its way.')
  async ready(@Res({ passthrough: true }) response: Response): Promise<{ readonly status: string; readonly reason?: string }> {
    const reason = await this.readiness();
    if (reason === null) return { status: 'ready' };
    response.status(503);
    return { status: 'not ready', reason };
  }
}
