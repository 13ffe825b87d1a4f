import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { EraseContacts, Erased } from '../usecases/erase-contacts.ts';
import { AskedBy, Needs, signerOf, type Asker } from './access.ts';
import { Answers, Refuses, Takes } from './answers.ts';
import { known, unknownOrder } from './orders.controller.ts';
import { erasureBody } from './privacy-requests.ts';
import { Problem } from './problem.ts';
import { readBody } from './reading.ts';
import { WRITES, type Writes } from './writes.ts';

export const ERASE_CONTACTS = Symbol('eraseContacts');

/** What persons may ask for who are named in orders. */
@ApiTags('privacy')
@Controller('v1/privacy')
export class PrivacyController {
  constructor(
    @Inject(WRITES) private readonly writes: Writes,
    @Inject(ERASE_CONTACTS) private readonly eraseContacts: EraseContacts,
  ) {}

  @Post('erasures')
  @Needs('privacy:erase')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Have contacts forgotten',
    description: 'Destroys the keys that name, telephone and street were sealed under: of the contact of an order, wherever that person is named at this customer, or of all contacts of a customer. It cannot be undone.',
  })
  @Takes('EraseContacts', { orderId: '801MS0000000001YAA', reason: 'asked for by the contact, letter of 12 May' })
  @Answers(200, 'Erasure', 'They are forgotten.')
  @Refuses('invalid-request', 'unknown-order', 'contacts-needed', 'contacts-not-sealed', 'not-json', 'overloaded')
  async erase(@AskedBy() asker: Asker, @Body() body: unknown): Promise<unknown> {
    const { orderId, customerId, reason, requestedBy } = readBody(erasureBody, body, 'invalid-request');
    if (orderId !== undefined && !known(orderId)) throw unknownOrder(orderId);
    const of = orderId === undefined ? { customerId: customerId ?? '' } : { orderId };
    const by = signerOf(asker, requestedBy);
    const erasureId = randomUUID();
    const erased = await this.writes.inBatch((unit) => this.eraseContacts({ erasureId, of, reason, requestedBy: by, trace: asker.trace }, unit));
    return answered(erased, { erasureId, name: orderId ?? customerId ?? '' });
  }
}

function answered(erased: Erased, { erasureId, name }: { readonly erasureId: string; readonly name: string }): unknown {
  switch (erased.type) {
    case 'unknown': throw unknownOrder(name);
    case 'needed': throw new Problem('contacts-needed', `${erased.orders.join(', ')} still need the address; ask again when they have ended, or cancel them first`);
    case 'not-sealed': throw new Problem('contacts-not-sealed', `nothing about ${name.slice(0, 100)} was sealed: orders came in without a PRIVACY_KEY. Views hold contacts masked, and messages are forgotten by Kafka after its retention (docs/how-to/privacy.md)`);
    default: return { erasureId: erased.type === 'erased' ? erasureId : null, customerId: erased.customerId, contacts: erased.contacts, doneBefore: erased.type === 'done-before' };
  }
}
