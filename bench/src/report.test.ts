import type { Comparison, SystemResult } from './compare.ts';
import { performancePage, targetRows } from './report.ts';
import type { RunResult } from './system.ts';

function run(ordersPerSecond: number, p50: number, p99: number): RunResult {
  return {
    orders: 1_000, seconds: 1_000 / ordersPerSecond, ordersPerSecond, latencyMs: { p50, p95: p99, p99, max: p99 },
    parts: { peer: { cpuSeconds: 2, peakMb: 300 }, postgres: { cpuSeconds: 1, peakMb: 50 } }, versions: { node: '24.21.0' }, settings: { mode: 'throughput' },
  };
}

function system(title: string, isOurs: boolean, ...runs: readonly RunResult[]): SystemResult {
  return { name: title, title, isOurs, throughput: runs, latency: runs };
}

const comparison: Comparison = {
  measuredAt: '2026-01-02T03:04:05.000Z', minutes: 12, machine: { cpu: 'Some CPU', cores: 2, memoryGb: 8, system: 'linux', commit: 'abc1234' },
  latency: { ratePerSecond: 50, seconds: 20 }, half: run(1_500, 20, 400),
  systems: [
    system('Ours', true, run(2_900, 9, 40), run(3_100, 8, 60), run(3_000, 10, 50)),
    system('Quick peer', false, run(300, 14, 42)),
    system('Even peer', false, run(100, 12, 80)),
  ],
};

describe('the performance page', () => {
  it('compares medians with the best peer of each figure', () => {
    expect(targetRows(comparison).map((row) => [row['measured'], row['target is']])).toEqual([
      ['3,000 orders/s', 'met'], ['9 ms', 'met'], ['50 ms', 'missed'], ['400 ms', 'met'],
    ]);
  });

  it('says where nothing was there to compare with', () => {
    const alone = { ...comparison, systems: comparison.systems.slice(0, 1) };
    expect(targetRows(alone).map((row) => row['target is'])).toEqual([...new Array<string>(3).fill('not measured: no peer'), 'met']);
  });

  it('shows when, where and what was measured, with every round', () => {
    const page = performancePage({ full: comparison });
    expect(page).toContain('2026-01-02 at commit abc1234, on 2 cores (Some CPU), 8 GB');
    expect(page).toContain('| Ours | 1,000 | 3,000 | 2,900 / 3,100 / 3,000 | 10x | 3 | 350 |');
    expect(page).toContain('| Quick peer | postgres |');
  });

  it('prefers a full run to a quick one, and says so of a quick one', () => {
    expect(performancePage({ full: comparison, quick: { ...comparison, minutes: 2 } })).toContain('in 12 minutes');
    expect(performancePage({ quick: comparison })).toContain('not a full run');
    expect(performancePage({})).toContain('Nothing has been compared yet');
  });

  it('has a section for each scenario', () => {
    const page = performancePage({ scenarios: { history: { what: 'Growth with history', rows: [{ history: '10 k', 'orders/s': 2_500 }, { history: '1 M | all', 'orders/s': 2_400.4 }], notes: ['one process'] } } });
    expect(page).toContain('## Growth with history\n\n`npm run bench -- --scenario history`.\n\n| history | orders/s |');
    expect(page).toContain('| 1 M \\| all | 2,400 |');
    expect(page).toContain('- one process');
  });
});
