import { crashPoints } from '../crash/points.ts';
import { planOf } from './plan.ts';
import { faultKinds, faultsOf, soakOf, t1, type FaultKind, type Plan } from './spec.ts';

const count = (plan: Plan, kind: FaultKind): number => faultsOf(plan).filter(({ fault }) => fault.kind === kind).length;
const plan = planOf(7, t1);

describe('the plan of T1', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planOf(7, t1)).toEqual(plan);
    expect(planOf(8, t1)).not.toEqual(plan);
  });

  it('has every fault in the promised number', () => {
    expect(Object.fromEntries(faultKinds.map((kind) => [kind, count(plan, kind)]))).toEqual({
      'race': 1, 'poison': 1, 'partners': 1, 'kill': 40, 'broker-kill': 2, 'broker-outage': 1, 'postgres': 6, 'network': 8, 'member': 4, 'zombie': 1, 'spike': 1, 'disk-full': 2,
    });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('has every crash point once behind a kill of its service, whatever the seed (%d)', (seed) => {
    const points = faultsOf(planOf(seed, t1)).flatMap(({ fault }) => ('point' in fault && fault.point !== undefined ? [`${'service' in fault ? fault.service : 'order-orchestrator'} ${fault.point.split('#')[0] ?? ''}`] : []));
    expect([...points].sort()).toEqual(crashPoints.map(({ name, service }) => `${service} ${name}`).sort());
  });

  it('never has two faults at once that stop everything', () => {
    const [lane = []] = plan.lanes.filter((one) => one.some(({ fault: { kind } }) => kind === 'broker-outage'));
    for (const [index, { at }] of lane.slice(1).entries()) {
      const before = lane[index];
      expect(at).toBeGreaterThan((before?.at ?? 0) + (before && 'seconds' in before.fault ? before.fault.seconds : 0) + 3);
    }
  });

  it('takes less than seven minutes', () => {
    expect(plan.seconds).toBeLessThan(420);
  });
});

describe('a plan', () => {
  it('keeps only what is asked for', () => {
    const kinds = new Set(faultsOf(planOf(1, t1, ['postgres', 'poison'])).map(({ fault: { kind } }) => kind));
    expect([...kinds].sort()).toEqual(['poison', 'postgres']);
  });

  it('of a soak is as long as asked, with its share of the two-hour figures', () => {
    const soak = planOf(1, soakOf(60));
    expect(soak.orders).toBe(25_000);
    expect(count(soak, 'kill')).toBe(500);
    expect(count(soak, 'postgres')).toBe(60);
    expect(soak.seconds).toBeGreaterThanOrEqual(3_600);
    expect(soak.seconds).toBeLessThan(4_500);
  });
});
