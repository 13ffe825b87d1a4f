import { meter, sum } from '../harness/meter.ts';
import { startMesh } from '../mesh/mesh.ts';
import { rounded, scaled, wait, type Scenario } from './scenario.ts';
import { knowsSample, startPartners } from './simulators.ts';
import { withServers } from './stage.ts';

const SETTLE_MS = 15_000;
const REST_MS = 30_000;

export const idle: Scenario = {
  what: 'the whole mesh at rest',
  run: (log) => withServers(log, async (servers) => {
    const simulated = await startPartners(servers);
    try {
      const mesh = await startMesh({ servers, databaseUrl: await servers.database('mesh'), env: simulated.env, execArgv: ['--max-semi-space-size=32'] });
      try {
        await knowsSample(mesh.databaseUrl);
        await wait(scaled(SETTLE_MS, 2_000));
        log('at rest');
        const used = meter({ mesh: mesh.pids, kafka: [servers.pids.kafka], postgres: [servers.pids.postgres], simulators: [simulated.pid] });
        const startedAt = performance.now();
        await wait(scaled(REST_MS, 5_000));
        const seconds = (performance.now() - startedAt) / 1_000;
        const parts = Object.entries(used.stop());
        const rows = parts.map(([part, { cpuSeconds, peakMb }]) => ({ part, 'share of a core %': rounded(100 * cpuSeconds / seconds, 2), MB: rounded(peakMb) }));
        const all = { part: 'all', 'share of a core %': rounded(sum(rows.map((row) => row['share of a core %'])), 2), MB: sum(rows.map((row) => row.MB)) };
        return { what: idle.what, rows: [...rows, all], notes: ['target: all parts together under 10 % of a core', 'the Salesforce simulator and crm-adapter are left out'] };
      } finally {
        await mesh.stop();
      }
    } finally {
      await simulated.stop();
    }
  }),
};
