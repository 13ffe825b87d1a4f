import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { reasonClasses } from '@order-mesh/messaging';
import { letterStatuses, type DeadLetters, type NotDone } from '@order-mesh/platform';
import { AskedBy, Needs, signerOf, type Asker } from './access.ts';
import { Answers, Asks, AsksForPage, Refuses, Takes } from './answers.ts';
import { cursorOf } from './cursor.ts';
import { editedMessage, letterDetailOf, letterItemOf } from './dead-letter-item.ts';
import { dropLetterBody, editLetterBody, letterQuery, lettersQuery, replayLetterBody } from './dead-letter-requests.ts';
import { Problem } from './problem.ts';
import { faulty, readBody, readQuery } from './reading.ts';
import { WRITES, type Writes } from './writes.ts';

export const DEAD_LETTERS = Symbol('deadLetters');

/** Records that a service could not take, for a person to repair. */
@ApiTags('dead letters')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(@Inject(WRITES) private readonly writes: Writes, @Inject(DEAD_LETTERS) private readonly letters: DeadLetters) {}

  @Get()
  @Needs('letters:read')
  @ApiOperation({ summary: 'List dead letters, newest first' })
  @Asks('status', 'Only letters that stand so; "open" ones wait for a person.', { type: 'string', enum: letterStatuses })
  @Asks('service', 'Only letters of this service.', { type: 'string' })
  @Asks('topic', 'Only records of this topic.', { type: 'string' })
  @Asks('class', 'Only letters of this class of reason.', { type: 'string', enum: reasonClasses })
  @Asks('order', 'Only records of this order.', { type: 'string' })
  @Asks('original', 'Only letters that come from this record: topic/partition/offset.', { type: 'string' })
  @Asks('since', 'Only letters since then.', { type: 'string', format: 'date-time' })
  @Asks('q', 'Part of what failed, of the key, or of the type of the message.', { type: 'string' })
  @AsksForPage()
  @Answers(200, 'DeadLetterPage', 'A page of letters.')
  @Refuses('invalid-request')
  async list(@Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { status, service, topic, class: reasonClass, order, original, since, q, limit, cursor } = readQuery(lettersQuery, query);
    const found = await this.letters.list({
      limit: limit + 1, ...(status && { status }), ...(service && { service }), ...(topic && { topic }), ...(reasonClass && { reasonClass }), ...(order && { orderId: order }),
      ...(original && { original }), ...(since !== undefined && { since }), ...(q && { text: q }), ...(cursor && { before: cursor.id }),
    });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return { items: page.map(letterItemOf), nextCursor: found.length > limit && last ? cursorOf({ at: last.at, id: last.id }) : null };
  }

  @Get(':letterId')
  @Needs('letters:read')
  @ApiOperation({ summary: 'Show a letter: its cause, its message, and all that it came from or led to' })
  @Asks('raw', 'true adds the bytes as Base64, personal data included.', { type: 'string', enum: ['true', 'false'] })
  @Answers(200, 'DeadLetterDetail', 'The letter.')
  @Refuses('invalid-request', 'unknown-letter')
  async show(@Param('letterId') letterId: string, @Query() query: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { raw } = readQuery(letterQuery, query);
    const found = await this.letters.find(letterId);
    if (!found) throw unknownLetter(letterId);
    return letterDetailOf(found, raw === 'true');
  }

  @Post(':letterId/edit')
  @Needs('letters:repair')
  @HttpCode(201)
  @ApiOperation({ summary: 'Make a copy with another message in it', description: 'One copy for each service that could not take the record. The letter stays as it was; the copies are open, to be replayed.' })
  @Takes('EditDeadLetter', { note: 'the end was missing', message: { value: { reason: 'ordered twice' } } })
  @Answers(201, 'DeadLetters', 'The copies.')
  @Refuses('invalid-request', 'unknown-letter', 'letter-closed', 'invalid-message', 'too-large', 'not-json', 'overloaded')
  async edit(@Param('letterId') letterId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<unknown> {
    const { editedBy, note, message } = readBody(editLetterBody, body, 'invalid-request');
    const found = await this.letters.find(letterId);
    if (!found) throw unknownLetter(letterId);
    const edited = await this.writes.promptly(() => this.letters.edit(letterId, editedMessage(found.message, message), { by: signerOf(asker, editedBy), note }));
    if (edited.type === 'invalid') throw faulty('invalid-message', edited.faults.map(({ field, detail }) => ({ pointer: `#/message/${field.replaceAll(/\.|\[|\]\.?/g, '/')}`.replace(/\/$/, ''), detail })));
    if (edited.type !== 'edited') throw notDone(letterId, edited);
    return { items: edited.copies.map(letterItemOf) };
  }

  @Post(':letterId/replay')
  @Needs('letters:repair')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send the record again', description: 'To its topic and partition, under its key, for its service alone. The letter is settled only once that service has taken it.' })
  @Takes('ReplayDeadLetter', {})
  @Answers(202, 'DeadLetter', 'On its way; the letter shows what becomes of it.')
  @Refuses('invalid-request', 'unknown-letter', 'letter-closed', 'not-json', 'overloaded')
  async replay(@Param('letterId') letterId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<unknown> {
    const { replayedBy, note, again } = readBody(replayLetterBody, body, 'invalid-request');
    const replayed = await this.writes.promptly(() => this.letters.replay(letterId, { by: signerOf(asker, replayedBy), note }, again));
    if (replayed.type !== 'replaying') throw notDone(letterId, replayed);
    return letterItemOf(replayed.letter);
  }

  @Post(':letterId/drop')
  @Needs('letters:repair')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that nobody needs it any more', description: 'The letter is kept, with who dropped it and why.' })
  @Takes('DropDeadLetter', { reason: 'a scanner, no message of ours' })
  @Answers(200, 'DeadLetter', 'The letter, closed.')
  @Refuses('invalid-request', 'unknown-letter', 'letter-closed', 'not-json', 'overloaded')
  async drop(@Param('letterId') letterId: string, @AskedBy() asker: Asker, @Body() body: unknown): Promise<unknown> {
    const { droppedBy, reason } = readBody(dropLetterBody, body, 'invalid-request');
    const dropped = await this.writes.promptly(() => this.letters.drop(letterId, { by: signerOf(asker, droppedBy), note: reason }));
    if (dropped.type !== 'dropped') throw notDone(letterId, dropped);
    return letterItemOf(dropped.letter);
  }
}

const unknownLetter = (letterId: string): Problem => new Problem('unknown-letter', `no dead letter ${letterId.slice(0, 40)} is known here`);

const notDone = (letterId: string, no: NotDone): Problem => (no.type === 'unknown' ? unknownLetter(letterId) : new Problem('letter-closed', no.why));
