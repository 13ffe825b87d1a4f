import { record, text } from './fields.ts';

const person = text(1, 100);

export const pausePartnerBody = record({ pausedBy: person.describe('Who stops the calls.'), note: text(0, 500).default('').describe('Why, in words.') });

export const resumePartnerBody = record({ resumedBy: person.describe('Who lets the calls go on.') });
