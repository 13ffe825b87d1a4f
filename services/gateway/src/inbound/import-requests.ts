import { z } from 'zod';
import { cursorField } from './cursor.ts';
import { oneOf, pageLimit, record, signer, text } from './fields.ts';
import { momentField, momentWords } from './span.ts';

/** Orders that are not real yet, or no longer: whoever imports them would place what nobody ordered. */
const NEVER_TAKEN = ['draft', 'cancelled'];

const requestedBy = signer;

export const startImportBody = record({
  system: oneOf(['salesforce']).describe('Where the orders stand.'),
  since: momentField(momentWords).optional().describe('Only orders activated since this day in Beijing, or this moment.'),
  status: text(1, 40).refine((status) => !NEVER_TAKEN.includes(status.toLowerCase()), 'must be a status of orders that are to be fulfilled, such as Activated').default('Activated')
    .describe('Only orders that stand so there; Activated when absent.'),
  dryRun: z.boolean('must be true or false').default(false).describe('Only look at the orders and judge them.'),
  requestedBy,
});

export const importBody = record({ requestedBy });

export const importsQuery = record({ limit: pageLimit, cursor: cursorField.optional() });
