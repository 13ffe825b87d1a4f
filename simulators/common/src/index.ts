export { portFrom, runAlone } from './alone.ts';
export { seededChance } from './chance.ts';
export { noFaults, type ActiveFault, type FaultRule, type Faults } from './faults.ts';
export { openJournal, type Journal } from './journal.ts';
export { rawBodyOf } from './middleware.ts';
export { startSimulator, type Simulator, type SimulatorOptions } from './server.ts';
export { loadSample, type OpenItem, type Sample, type SampleCustomer, type SampleOrder, type SampleProduct } from './sample.ts';
