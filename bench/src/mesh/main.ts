import { bootBenchMesh } from './boot.ts';

// One process of the mesh under measurement: says "ready", tells which orders have ended, and ends when its parent does or asks it to.
const running = await bootBenchMesh(process.env, (ended) => { process.send?.({ ended }); });
process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', () => { void running.stop().then(() => process.exit(0)); });
process.send?.({ ready: true, adminPort: running.adminPort });
