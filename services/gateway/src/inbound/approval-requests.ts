import { z } from 'zod';
import { approvalStatuses } from '../domain/approval-view.ts';
import { cursorField } from './cursor.ts';
import { missingOr, oneOf, pageLimit, record, signer, text } from './fields.ts';

export const decisionBody = record({
  decidedBy: signer,
  comment: text(0, 500).default('').describe('Why, in words.'),
});

/** More are to be told in several requests. */
const MOST_DECISIONS = 200;

export const decisionsBody = record({
  decidedBy: signer,
  decisions: z.array(record({
    approvalId: text(1, 300).describe('The task.'),
    decision: oneOf(['granted', 'denied']),
    comment: text(0, 500).default('').describe('Why, in words.'),
  }), { error: missingOr('must be a list of decisions') }).min(1, 'must hold a decision').max(MOST_DECISIONS, `must hold at most ${MOST_DECISIONS} decisions`)
    .refine((decisions) => new Set(decisions.map(({ approvalId }) => approvalId)).size === decisions.length, 'must name each task once'),
});

export const approvalsQuery = record({
  status: oneOf(approvalStatuses).optional(),
  limit: pageLimit,
  cursor: cursorField.optional(),
});
