export type {
  AnswerOf, Call, CallResult, CallTo, Inquiry, Operations, Outcome, PartnerEffect, PartnerOperation, PartnerQuestion,
  PendingCall, RequestOf, SettledCall, SettledFrom,
} from './call.ts';
export type { CallDesk, CallLimits, DeskOptions, DeskRuntime } from './desk.ts';
export type { CallLedger, CallUpdate, ClaimedCall, ClaimRequest, NewCall } from './ledger.ts';
