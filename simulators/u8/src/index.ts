export { USUAL_CREDENTIALS, type U8Credentials } from './access.ts';
export { u8Clerk, type U8Clerk, type U8Row } from './clerk.ts';
export { ERRORS as U8_ERRORS } from './answers.ts';
export type { LedgerDocument } from './ledger.ts';
export type { U8Settings } from './settings.ts';
export { startU8, USUAL_SENDER, type U8Options, type U8Simulator } from './server.ts';
