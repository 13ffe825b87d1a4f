export type { Contract, DoneOf, Reply, ValueOf } from './contract.ts';
export * from './generated/messages.ts';
