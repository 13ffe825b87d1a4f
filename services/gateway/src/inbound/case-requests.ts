import { caseDecisions, caseStatuses } from '../domain/case-view.ts';
import { cursorField } from './cursor.ts';
import { oneOf, pageLimit, record, signer, text } from './fields.ts';

export const assignCaseBody = record({
  assignee: text(1, 100).describe('Who shall look after it.'),
  assignedBy: signer,
});

export const resolveCaseBody = record({
  decision: oneOf(caseDecisions).describe('retry-undo: have the undo tried again. undone-by-hand: it was done outside; the order ends. accept: leave everything as it is.'),
  decidedBy: signer,
  reason: text(1, 500).describe('Why, in words.'),
});

export const casesQuery = record({
  status: oneOf(caseStatuses).optional(),
  overdue: oneOf(['true', 'false']).optional(),
  owner: text(1, 100).optional(),
  assignee: text(1, 100).optional(),
  limit: pageLimit,
  cursor: cursorField.optional(),
});
