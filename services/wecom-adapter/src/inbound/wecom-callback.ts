import { Controller, Get, Header, HttpCode, HttpException, Inject, Post, Query, Req, type RawBodyRequest } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '@order-mesh/kernel';
import type { Log, Submit } from '@order-mesh/platform';
import type { HearCallback } from '../usecases/hear-callback.ts';
import { readCallback, readEcho } from './callback.ts';
import type { CallbackKeys } from './envelope.ts';

export const CALLBACK_DESK = Symbol('callbackDesk');

/** What WeCom's callbacks are taken with. */
export interface CallbackDesk {
  readonly keys: CallbackKeys & { readonly templateId: string };
  readonly clock: Clock;
  readonly log: Log;
  readonly submit: Submit;
  readonly hearCallback: HearCallback;
}

/** WeCom says text/xml; whatever it says, the bytes are what counts. */
export const takeXml = (app: NestExpressApplication): void => { app.useBodyParser('text', { type: () => true, limit: '256kb' }); };

interface Query {
  readonly msg_signature?: unknown;
  readonly timestamp?: unknown;
  readonly nonce?: unknown;
  readonly echostr?: unknown;
}

@Controller('v1/callbacks/wecom')
export class WecomCallback {
  constructor(@Inject(CALLBACK_DESK) private readonly desk: CallbackDesk) {}

  /** Asked once, when the address is saved in the console. */
  @Get()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  echo(@Query() query: Query): string {
    const text = readEcho({ ...proofIn(query), encrypt: textIn(query.echostr) }, this.desk.keys, this.desk.clock.now());
    return typeof text === 'string' ? text : this.refuse(text.why);
  }

  @Post()
  @HttpCode(200)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async hear(@Req() request: RawBodyRequest<IncomingMessage>, @Query() query: Query): Promise<string> {
    const { keys, clock, submit, hearCallback } = this.desk;
    const callback = readCallback({ ...proofIn(query), body: request.rawBody?.toString('utf8') ?? '' }, keys, clock.now());
    if (callback.type === 'not-believed') return this.refuse(callback.why);
    // Answered after the commit: what we fail to note down is told again by WeCom
    if (callback.type === 'card-changed') await submit((unit) => hearCallback(callback.heard, unit));
    return 'success';
  }

  private refuse(why: string): never {
    this.desk.log.warn('callback not believed', { why });
    throw new HttpException(why, 401);
  }
}

const proofIn = ({ msg_signature: signature, timestamp, nonce }: Query) => ({ signature: textIn(signature), timestamp: textIn(timestamp), nonce: textIn(nonce) });
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
