export * from './broker/index.ts';
export * from './codec/index.ts';
export { draftOf, type Draft } from './draft.ts';
export type { Cause, Outgoing, Received, Trace, Transaction, Unit } from './message.ts';
export type { BatchHandler, Participant, Subscription } from './participant.ts';
export type { DeadLetter, MessageStore, OutboxRow, Progress, ProgressMove } from './store.ts';
export { defaultLimits, type BatchReport, type Host, type ProcessorLimits, type Watcher } from './processor/host.ts';
export { Processor } from './processor/processor.ts';
export { handledBy } from './envelope.ts';
