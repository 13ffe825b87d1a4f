import { approvalStatuses } from '../domain/approval-view.ts';
import { cursorField } from './cursor.ts';
import { oneOf, pageLimit, record, text } from './fields.ts';

export const decisionBody = record({
  decidedBy: text(1, 100).describe('Who decides.'),
  comment: text(0, 500).default('').describe('Why, in words.'),
});

export const approvalsQuery = record({
  status: oneOf(approvalStatuses).optional(),
  limit: pageLimit,
  cursor: cursorField.optional(),
});
