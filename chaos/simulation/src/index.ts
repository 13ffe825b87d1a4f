export type { Violation } from './check/snapshot.ts';
export { runSimCommand } from './command.ts';
export type { Failure } from './protocol.ts';
export { digestsOf, simulate, type SimulationOptions, type SimulationReport } from './simulate.ts';
