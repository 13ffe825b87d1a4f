import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { isSameName, reachOf, seesContacts, seesFinance, type Caller, type Reach } from '../domain/caller.ts';
import { timelineWithoutFinance, withoutFinance } from '../domain/finance-fields.ts';
import { orderStatuses } from '../domain/order-item.ts';
import type { OrderDraft } from '../domain/order-request.ts';
import { timelineOf, type Json } from '../domain/timeline.ts';
import type { Reader } from '../usecases/ports.ts';
import type { ShowOrder } from '../usecases/show-order.ts';
import { AskedBy, isTheirs, Needs, signerOf, type Asker } from './access.ts';
import { ticketOf } from './admitting.ts';
import { Answers, Asks, AsksForPage, Refuses, Takes } from './answers.ts';
import { cursorOf } from './cursor.ts';
import { exampleOrder } from './examples.ts';
import { badKey, isKey } from './idempotency-key.ts';
import { cancelBody, ordersQuery, type ReadOrder } from './order-requests.ts';
import { placedAnswer } from './placed-answer.ts';
import { Problem } from './problem.ts';
import { readBody, readQuery } from './reading.ts';
import { WRITES, type Writes } from './writes.ts';

export const READER = Symbol('reader');
export const READ_ORDER = Symbol('readOrder');
export const SHOW_ORDER = Symbol('showOrder');

/** Orders, for upstream systems and for people. */
@ApiTags('orders')
@Controller('v1/orders')
export class OrdersController {
  constructor(
    @Inject(WRITES) private readonly writes: Writes,
    @Inject(READER) private readonly reader: Reader,
    @Inject(READ_ORDER) private readonly readOrder: ReadOrder,
    @Inject(SHOW_ORDER) private readonly showOrder: ShowOrder,
  ) {}

  @Post()
  @Needs('orders:place')
  @HttpCode(202)
  @ApiOperation({ summary: 'Place an order', description: 'For upstream systems other than Salesforce. Repeat it under the same key until it is answered: it is placed once.' })
  @ApiHeader({ name: 'Idempotency-Key', required: true, description: 'Names this request: 1 to 255 visible ASCII characters, a UUID for example. Kept 7 days.', schema: { type: 'string', minLength: 1, maxLength: 255 } })
  @Takes('PlaceOrder', exampleOrder)
  @Answers(202, 'OrderAccepted', 'Taken and stored; its way is told at Location. A repeated request gets the same answer with Idempotency-Replayed: true.')
  @Answers(200, 'Order', 'The same order was placed before.')
  @Refuses('invalid-request', 'missing-idempotency-key', 'request-in-flight', 'order-differs', 'too-large', 'not-json', 'invalid-order', 'idempotency-key-reused', 'overloaded')
  async place(@Headers('idempotency-key') key: string | undefined, @AskedBy() asker: Asker, @Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<Json> {
    if (!isKey(key)) throw badKey(key);
    const order = placedBy(asker.who, this.readOrder(body));
    const placed = await this.writes.place({ key, order, trace: asker.trace }, ticketOf(response));
    const { status, headers, body: answer } = placedAnswer(placed, order.orderId);
    response.status(status).set(headers);
    return answer;
  }

  @Get()
  @Needs('orders:read')
  @ApiOperation({ summary: 'List orders, newest first' })
  @Asks('status', 'Only orders that stand so.', { type: 'string', enum: orderStatuses })
  @Asks('customer', 'Only orders of this customer code.', { type: 'string' })
  @Asks('source', 'Only orders from this upstream system.', { type: 'string' })
  @Asks('q', "Start of the order's number here or in its source, or part of the customer's name.", { type: 'string' })
  @AsksForPage()
  @Answers(200, 'OrderPage', 'A page of orders.')
  @Refuses('invalid-request')
  async list(@AskedBy() { who }: Asker, @Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { status, customer, source, q, limit, cursor } = readQuery(ordersQuery, query);
    const items = await this.reader.orders({
      reach: reachOf(who), limit: limit + 1, ...(status && { status }), ...(customer && { customer }), ...(source && { source }), ...(q && { q }), ...(cursor && { after: cursor }),
    });
    const page = items.slice(0, limit);
    const last = page.at(-1);
    return { items: seesFinance(who) ? page : page.map(withoutFinance), nextCursor: items.length > limit && last ? cursorOf({ at: Date.parse(last.placedAt), id: last.orderId }) : null };
  }

  @Get(':orderId')
  @Needs('orders:read')
  @ApiOperation({ summary: 'Show an order with its lines and its timeline' })
  @Answers(200, 'OrderWithTimeline', 'The order.')
  @Refuses('unknown-order')
  async show(@AskedBy() { who }: Asker, @Param('orderId') orderId: string): Promise<unknown> {
    const found = known(orderId) ? await this.showOrder(orderId, { seesContacts: seesContacts(who) }) : null;
    if (!found || !isTheirs(who, found.item)) throw unknownOrder(orderId);
    const { item, goods, entries } = found;
    const timeline = timelineOf(entries);
    const shown = seesFinance(who) ? { ...item, timeline } : { ...withoutFinance(item), timeline: timelineWithoutFinance(timeline) };
    return { lines: [], shipTo: null, ...(typeof goods === 'object' && goods), ...shown };
  }

  @Post(':orderId/cancel')
  @Needs('orders:cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask for an order to be undone' })
  @Takes('CancelOrder', { reason: 'ordered twice' })
  @Answers(202, 'OrderAccepted', 'Asked for; the order shows how it goes on.')
  @Refuses('invalid-request', 'unknown-order', 'order-ended', 'not-json', 'overloaded')
  async cancel(@Param('orderId') orderId: string, @AskedBy() asker: Asker, @Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const { reason, requestedBy } = readBody(cancelBody, body, 'invalid-request');
    const by = signerOf(asker, requestedBy);
    const cancelled = await this.isKnownTo(asker, orderId) ? await this.writes.cancel({ orderId, reason, requestedBy: by, requestId: randomUUID(), trace: asker.trace }) : { type: 'unknown' as const };
    if (cancelled.type === 'unknown') throw unknownOrder(orderId);
    const { order } = cancelled;
    if (cancelled.type === 'ended') throw new Problem('order-ended', `the order is ${order.status} since ${order.endedAt ?? ''}${order.detail === null ? '' : ` (${order.detail})`}; it can no longer be cancelled`);
    response.set('Location', `/v1/orders/${encodeURIComponent(orderId)}`);
    return { orderId, status: order.status };
  }

  private async isKnownTo({ who }: Asker, orderId: string): Promise<boolean> {
    if (!known(orderId)) return false;
    if (reachOf(who) === 'everything') return true;
    const found = await this.reader.order(orderId);
    return found !== null && isTheirs(who, found.item);
  }
}

/** The order under the name of whoever places it. A system places for people of its own, whom it names. */
function placedBy(who: Caller, order: OrderDraft): OrderDraft {
  if (!isTheirs(who, order)) throw new Problem('forbidden', `order ${order.orderId} is not yours to place: ${limitsOf(reachOf(who))}`);
  if (who.kind === 'system') return order;
  if (order.placedBy !== '' && !isSameName(order.placedBy, who.name)) throw new Problem('forbidden', `you are signed in as ${who.name}, and cannot place orders as ${order.placedBy}; leave placedBy out`);
  return { ...order, placedBy: who.name };
}

function limitsOf(reach: Reach): string {
  if (reach === 'everything') return 'nothing is out of reach';
  const { customers, regions, sources } = reach;
  const parts = [['customers', customers], ['regions', regions], ['sources', sources]] as const;
  return parts.filter(([, names]) => names.length > 0).map(([what, names]) => `your ${what} are ${names.slice(0, 20).join(', ')}`).join('; ') || 'your token names no customers or regions';
}

// what cannot be a number of an order is not looked for
export const known = (orderId: string): boolean => orderId.length <= 200 && !orderId.includes('\0');

export const unknownOrder = (orderId: string): Problem => new Problem('unknown-order', `no order ${orderId.slice(0, 100)} is known here`);
