import { z } from 'zod';
import { differenceStatuses } from '../domain/reconciliation-view.ts';
import { cursorField } from './cursor.ts';
import { oneOf, pageLimit, record, signer, text } from './fields.ts';

const MOST_DAYS = 400;
const days = `must be a whole number of days from 1 to ${MOST_DAYS}`;

export const startRunBody = record({
  requestedBy: signer,
  days: z.number({ error: days }).int(days).min(1, days).max(MOST_DAYS, days).optional().describe('Orders placed on so many days, today included; as many as finance is set to (RECONCILE_DAYS) when absent.'),
});

export const repairBody = record({
  by: signer,
  dryRun: z.boolean({ error: 'must be true or false' }).default(false).describe('true: only say what would be done.'),
});

export const acceptBody = record({
  by: signer,
  reason: text(1, 500).describe('Why, in words.'),
});

export const reconciliationQuery = record({
  status: oneOf(differenceStatuses).optional(),
  order: text(1, 200).optional(),
  limit: pageLimit,
  cursor: cursorField.optional(),
});
