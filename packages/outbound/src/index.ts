import type { Migrations } from '@order-mesh/platform';

export { fieldOf, jsonIn, listOf, textOf } from './answer.ts';
export { BEGUN } from './call.ts';
export type {
  Acceptance, Accepted, AnswerOf, Call, CallResult, CallTo, Fetched, Inquiry, NotHeard, Operations, Outcome, PartnerEffect, PartnerOperation, PartnerQuestion, RepeatableEffect,
  PendingCall, RequestOf, SettledCall, SettledFrom,
} from './call.ts';
export { callDesk, type CallDesk, type DeskOptions } from './desk.ts';
export { partnerHttp, retryAfterIn, turnedAway } from './http.ts';
export { guardedAgents, isWithin, type Agents, type Reach } from './reach.ts';
export type { CallLedger, CallUpdate, ClaimedCall, ClaimRequest, Lease, Look, NewCall, Rates, Throttle } from './ledger.ts';
export { memoryCallLedger } from './memory-ledger.ts';
export { partnerBoard, partnerStates, type Partner, type PartnerBoard, type PartnerLedger, type PartnerState } from './partner-board.ts';
export { pgCallLedger } from './pg-ledger.ts';
export type { CallLimits, DeskRuntime } from './runtime.ts';
export { tokenKeeper, withToken, type Granted, type NoToken, type TokenKeeper } from './token.ts';
export { inTurns, type Waiting } from './turns.ts';

/** The schema `outbound`: name it among the mechanisms of every service that calls partners. */
export const outboundMigrations: Migrations = { schema: 'outbound', folder: new URL('../migrations/', import.meta.url), shared: true };
