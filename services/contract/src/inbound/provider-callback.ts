import { Controller, HttpCode, HttpException, Inject, Param, Post, Req, type RawBodyRequest } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { never, type Clock } from '@order-mesh/kernel';
import type { Log } from '@order-mesh/platform';
import type { Heard } from '../usecases/hear-callbacks.ts';
import type { CallbackProtocol } from './callbacks/callback.ts';
import type { SeenCallbacks } from './callbacks/seen.ts';

export const CALLBACK_DESK = Symbol('callbackDesk');

/** What the provider's callbacks are taken with. */
export interface CallbackDesk {
  /** The last part of the address they come to. */
  readonly provider: string;
  readonly protocol: CallbackProtocol;
  readonly seen: SeenCallbacks;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves once it is committed that the callback was heard. */
  readonly hear: (heard: Heard) => Promise<unknown>;
}

@Controller()
export class ProviderCallback {
  constructor(@Inject(CALLBACK_DESK) private readonly desk: CallbackDesk) {}

  @Post('v1/callbacks/:provider')
  @HttpCode(200)
  async hear(@Req() request: RawBodyRequest<IncomingMessage>, @Param('provider') provider: string): Promise<object> {
    const { protocol, seen, clock, log, hear } = this.desk;
    if (provider !== this.desk.provider) throw new HttpException({ msg: `the signing provider here is ${this.desk.provider}` }, 404);
    const now = clock.now();
    const callback = protocol.read({ header: (name) => headerOf(request, name), query: request.url?.split('?')[1] ?? '', body: request.rawBody ?? Buffer.alloc(0) }, now);
    switch (callback.type) {
      case 'not-believed':
        log.warn('callback not believed', { why: callback.why });
        throw new HttpException(protocol.notTaken(callback.why), 401);
      case 'too-late':
        log.warn('callback too late', { why: callback.why });
        return protocol.taken;
      case 'beside-the-point': return protocol.taken;
      case 'flow-moved':
        if (seen.has(callback.proof, now)) return protocol.taken;
        // Answered after the commit: what we fail to note down is told again by the provider
        await hear(callback.heard);
        seen.note(callback.proof, now);
        return protocol.taken;
      default: return never(callback);
    }
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  const found = headers[name];
  return typeof found === 'string' ? found : '';
}
