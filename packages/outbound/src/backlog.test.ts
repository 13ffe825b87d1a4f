import { seconds } from '@order-mesh/kernel';
import { createMetrics } from '@order-mesh/platform';
import { Backlog } from './backlog.ts';

const NOW = 1_000_000;

function backlog() {
  const metrics = createMetrics({ processMetrics: false });
  const it = new Backlog({ system: 'u8', mostWaiting: 100, metrics });
  return { it, metrics, hasWaiting: (waiting: number) => { it.counted(Math.min(it.countedTo, waiting)); return it.full(NOW + seconds(10)); } };
}

describe('the backlog of a partner', () => {
  it('is full from its limit on, and has room again when a tenth of it is free', () => {
    const { hasWaiting } = backlog();
    expect(hasWaiting(99)).toBeNull();
    expect(hasWaiting(100)).not.toBeNull();
    expect(hasWaiting(90)).not.toBeNull();
    expect(hasWaiting(89)).toBeNull();
    expect(hasWaiting(99)).toBeNull();
  });

  it('says how long it takes at the pace at which calls are settled', () => {
    const { it: one, hasWaiting } = backlog();
    for (let second = 1; second <= 10; second += 1) one.settled(10, NOW + seconds(second));
    expect(hasWaiting(190)).toEqual({ reason: '190 calls wait for u8, which answers 11 a second', perSecond: expect.closeTo(11.1, 1), freeIn: expect.closeTo(seconds(9), -2) });
  });

  it('asks for a minute while the partner settles nothing', () => {
    expect(backlog().hasWaiting(1_000)).toEqual({ reason: '300 calls wait for u8, which answers 0 a second', perSecond: 1, freeIn: seconds(60) });
  });

  it('is shown', async () => {
    const { hasWaiting, metrics } = backlog();
    hasWaiting(42);
    expect(await metrics.text()).toContain('mesh_partner_calls_waiting{system="u8"} 42');
  });
});
