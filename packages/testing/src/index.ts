export { runAlone, type Alone, type Telling } from './alone.ts';
export { startTestDatabase, type TestDatabase } from './database.ts';
export { startTestKafka, type TestKafka } from './kafka.ts';
export { meetingOthers, type Transact } from './meeting.ts';
export { onPath, startPrometheus, type AlertRule, type PrometheusOptions, type RunningPrometheus, type Sample } from './prometheus.ts';
export { startProxy, type Direction, type ProxiedConnection, type Proxy, type ProxyOptions, type Weather } from './proxy.ts';
export { schemaFiles, schemaText, type SchemaFile } from './schema.ts';
export { until } from './until.ts';
