export type {
  AnswerOf, Call, CallResult, CallTo, Inquiry, Operations, Outcome, PartnerEffect, PartnerOperation, PartnerQuestion,
  PendingCall, RequestOf, SettledCall, SettledFrom,
} from './call.ts';
export { callDesk, type CallDesk, type CallLimits, type DeskOptions, type DeskRuntime } from './desk.ts';
export type { CallLedger, CallUpdate, ClaimedCall, ClaimRequest, Lease, NewCall } from './ledger.ts';
export { memoryCallLedger } from './memory-ledger.ts';
export { pgCallLedger } from './pg-ledger.ts';

/** Plain SQL of the schema `outbound`; run by the platform before the services' own. */
export const outboundMigrations = new URL('../migrations/', import.meta.url);
