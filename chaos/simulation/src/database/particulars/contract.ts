import type { Particular } from '../definition.ts';
import { isDue, takeDue } from './cells.ts';

const CONTRACTS = 'contract.contract';

/** The tables of contract. */
export const contractStatements: Readonly<Record<string, Particular>> = {
  'contract.find-by-flows': {
    says: ['from contract.contract where sign_flow_id = any($1::text[])'],
    run: (session, [flows]) => [...session.rows(session.table(CONTRACTS))].filter((row) => Array.isArray(flows) && flows.includes(row['sign_flow_id'])),
  },
  'contract.due-for-check': {
    says: ['where next_check_at <= $1 order by next_check_at limit $2 for update skip locked'],
    run: (session, values) => takeDue(session, session.table(CONTRACTS), ['next_check_at', () => true], values),
  },
  'contract.any-due-for-check': {
    says: ['select exists (select from contract.contract where next_check_at <= $1) as due'],
    run: (session, [now]) => [{ due: [...session.rows(session.table(CONTRACTS))].some((row) => isDue(row, 'next_check_at', now)) }],
  },
};
