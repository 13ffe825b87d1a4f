export { cacheDir } from './files.ts';
export { prepareKafka, startKafka } from './kafka.ts';
export type { KafkaOptions, KafkaServer } from './kafka.ts';
export type { Log } from './log.ts';
export { assertPortFree, freePort } from './ports.ts';
export { startPostgres } from './postgres.ts';
export type { PostgresOptions, PostgresServer } from './postgres.ts';
export type { ServerProcess } from './server-process.ts';
