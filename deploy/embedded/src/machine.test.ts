import { watchProcessors, yardstickMs } from './machine.ts';

const processor = (busy: number, idle: number) => ({ times: { user: busy, nice: 0, sys: 0, idle, irq: 0 } });

describe('the machine', () => {
  it('was busy for the share of the time since it was looked at', () => {
    let now = [processor(500, 100), processor(0, 600)];
    const busy = watchProcessors(() => now);
    expect(busy()).toBe(0);
    now = [processor(800, 200), processor(300, 900)];
    expect(busy()).toBe(0.6);
  });

  it('takes some time for a fixed piece of work', () => {
    expect(yardstickMs()).toBeGreaterThan(0);
  });
});
