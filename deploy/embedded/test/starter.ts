// Starts both servers and waits to be killed: what a mesh that dies looks like to its servers.
import { freePort, startKafka, startPostgres } from '@order-mesh/embedded';

const dir = process.argv[2] ?? '';
const kafka = await startKafka({ dataDir: `${dir}/kafka`, port: await freePort() });
const postgres = await startPostgres({ dataDir: `${dir}/postgres`, port: await freePort() });
process.stdout.write(`${JSON.stringify([kafka.pid, postgres.pid])}\n`);
setInterval(() => {}, 1_000);
