import { letterStatuses } from '@order-mesh/platform';
import { reasonClasses } from '@order-mesh/messaging';
import { z } from 'zod';
import { cursorField } from './cursor.ts';
import { missingOr, oneOf, pageLimit, record, signer, text } from './fields.ts';

const note = text(0, 500).default('').describe('Why, in words.');

export const replayLetterBody = record({
  replayedBy: signer,
  note,
  again: z.boolean({ error: 'must be true or false' }).default(false).describe('Sends another copy of one that is on its way, in case that was lost; of several copies one is taken.'),
});

export const dropLetterBody = record({ droppedBy: signer, reason: text(1, 500).describe('Why nobody needs it any more.') });

export const editLetterBody = record({
  editedBy: signer,
  note,
  message: record({
    type: text(1, 100).optional().describe('The message, as in the event catalogue; as it was when absent.'),
    value: z.record(z.string(), z.unknown(), { error: missingOr('must be an object') })
      .describe('Fen as text, times in UTC (ISO 8601). Fields that are left out stay as they were where the message could be read; lists are given whole.'),
  }),
});

/** The search words of `GET /v1/dead-letters`. */
export const lettersQuery = record({
  status: oneOf(letterStatuses).optional(),
  service: text(1, 100).optional(),
  topic: text(1, 200).optional(),
  class: oneOf(reasonClasses).optional(),
  order: text(1, 200).optional(),
  original: text(1, 300).optional(),
  since: z.iso.datetime({ offset: true, error: 'must be a time in ISO 8601 with its zone, such as 2026-03-01T01:30:00Z' }).transform((at) => Date.parse(at)).optional(),
  q: text(1, 200).optional(),
  limit: pageLimit,
  cursor: cursorField.optional(),
});

export const letterQuery = record({ raw: oneOf(['true', 'false']).default('false') });
