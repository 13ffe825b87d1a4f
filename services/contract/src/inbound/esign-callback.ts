import { Controller, Headers, HttpCode, HttpException, Inject, Post, Req, type RawBodyRequest } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '@order-mesh/kernel';
import type { Log, Submit } from '@order-mesh/platform';
import type { HearCallback } from '../usecases/hear-callback.ts';
import { readCallback } from './callback.ts';

export const CALLBACK_DESK = Symbol('callbackDesk');

/** What the provider's callbacks are taken with. */
export interface CallbackDesk {
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly submit: Submit;
  readonly hearCallback: HearCallback;
}

@Controller()
export class EsignCallback {
  constructor(@Inject(CALLBACK_DESK) private readonly desk: CallbackDesk) {}

  @Post('v1/callbacks/esign')
  @HttpCode(200)
  async hear(@Req() request: RawBodyRequest<IncomingMessage>, @Headers('x-tsign-open-timestamp') timestamp = '', @Headers('x-tsign-open-signature') signature = ''): Promise<object> {
    const { secret, clock, log, submit, hearCallback } = this.desk;
    const query = request.url?.split('?')[1] ?? '';
    const callback = readCallback({ timestamp, signature, query, body: request.rawBody ?? Buffer.alloc(0) }, secret, clock.now());
    if (callback.type === 'not-believed') {
      log.warn('callback not believed', { why: callback.why });
      throw new HttpException({ code: '401', msg: callback.why }, 401);
    }
    // Answered after the commit: what we fail to note down is told again by the provider
    if (callback.type === 'flow-moved') await submit((unit) => hearCallback(callback.heard, unit));
    return { code: '200', msg: 'success' };
  }
}
