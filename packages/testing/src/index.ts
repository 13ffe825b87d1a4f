export { runAlone, type Alone, type Telling } from './alone.ts';
export { startTestDatabase, type TestDatabase } from './database.ts';
export { bearsGarbage, type Broken, type Questions } from './garbage.ts';
export { startTestKafka, type TestKafka } from './kafka.ts';
export { meetingOthers, type Transact } from './meeting.ts';
export { startProxy, type Direction, type ProxiedConnection, type Proxy, type ProxyOptions, type Weather } from './proxy.ts';
export { schemaFiles, schemaText, type SchemaFile } from './schema.ts';
export { until } from './until.ts';
export { openIssuer, type Claims, type Forgery, type SignedIn, type TestIssuer } from './issuer.ts';
