export { startTestDatabase, type TestDatabase } from './database.ts';
export { startTestKafka, type TestKafka } from './kafka.ts';
export { until } from './until.ts';
