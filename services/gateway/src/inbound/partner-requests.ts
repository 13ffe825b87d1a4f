import { record, signer, text } from './fields.ts';

export const pausePartnerBody = record({ pausedBy: signer, note: text(0, 500).default('').describe('Why, in words.') });

export const resumePartnerBody = record({ resumedBy: signer });
