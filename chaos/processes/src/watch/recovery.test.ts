import type { Submitted } from '../load/book.ts';
import type { FaultSpec } from '../plan/spec.ts';
import { goesOn, recoveriesOf, resumptionsOf, type Happened } from './recovery.ts';

const happened = (spec: FaultSpec, from: number, to = from): Happened => ({ spec, from, healing: to, to, evidence: 'seen' });
const order = (submittedAt: number, endedAt: number | null, status = 'confirmed'): Submitted => ({ orderId: `o${submittedAt}`, submittedAt, acceptedAt: submittedAt, endedAt, status: endedAt === null ? null : status });
const progress = { after: (service: string, moment: number) => (service === 'finance' ? moment + 7 : null), idleAfter: () => null, readyAfter: () => null };
const recoveries = (faults: readonly Happened[], orders: readonly Submitted[]) => recoveriesOf({ happened: faults, orders, progress });
const kill = (service: string): FaultSpec => ({ kind: 'kill', service });

describe('recovery', () => {
  it('runs from a kill to the first confirmed order that was submitted after it', () => {
    const orders = [order(90, 105), order(110, 140), order(120, 130), order(125, 126, 'rejected')];
    expect(recoveries([happened(kill('credit'), 100)], orders)).toEqual([{ kind: 'service killed', about: 'credit', ms: 30 }]);
  });

  it('of a service beside the way of an order runs until it took messages', () => {
    expect(recoveries([happened(kill('finance'), 100)], [])).toEqual([{ kind: 'service killed', about: 'finance', ms: 7 }]);
  });

  it('counts the return of what was killed, and not the time that a fault was meant to last', () => {
    const orders = [order(150, 190)];
    expect(recoveries([happened({ kind: 'broker-kill', seconds: 1 }, 100, 140)], orders)).toEqual([{ kind: 'broker killed', about: 'broker-kill', ms: 90 }]);
    expect(recoveries([happened({ kind: 'broker-outage', seconds: 60, point: 'timers-fired' }, 100, 140)], orders)).toEqual([{ kind: 'broker away for 60 s', about: 'broker-outage', ms: 50 }]);
  });

  it('is not measured when a fault that stops everything came in between, or no order ended', () => {
    const postgres = happened({ kind: 'postgres', how: 'kill', seconds: 0 }, 110, 112);
    expect(recoveries([happened(kill('credit'), 100), postgres], [order(115, 130)])).toEqual([{ kind: 'service killed', about: 'credit', ms: null }, { kind: 'PostgreSQL restarted', about: 'kill', ms: 20 }]);
    const unheard = happened({ kind: 'network', link: 'u8', weather: 'blackhole', seconds: 15 }, 90, 120);
    expect(recoveries([unheard, happened(kill('credit'), 100)], [order(115, 130)])[1]).toEqual({ kind: 'service killed', about: 'credit', ms: null });
    expect(recoveries([happened(kill('credit'), 100)], [order(110, null)])).toEqual([{ kind: 'service killed', about: 'credit', ms: null }]);
  });

  it('is not told of what did not happen', () => {
    expect(recoveries([{ ...happened(kill('credit'), 100), evidence: null }], [order(110, 120)])).toEqual([]);
  });
});

describe('going on', () => {
  const moved = new Map([['order-orchestrator', 3], ['pricing', 4], ['credit', 9], ['inventory', 5], ['contract', 6], ['logistics', 2], ['erp-adapter', 1]]);
  const soon = (services: ReadonlyMap<string, number>) => (service: string, moment: number): number | null => { const ms = services.get(service); return ms === undefined ? null : moment + ms; };
  const progressOf = (moves: ReadonlyMap<string, number>, idle: ReadonlyMap<string, number> = new Map(), ready: ReadonlyMap<string, number> = new Map()) => ({ after: soon(moves), idleAfter: soon(idle), readyAfter: soon(ready) });
  const end = (service: string, at: number, point?: string) => ({ service, at, how: 'ended by SIGKILL', point });
  const resumptions = (faults: readonly Happened[], services = moved, ends: readonly ReturnType<typeof end>[] = []) => resumptionsOf({ happened: faults, ends, progress: progressOf(services) });

  it('is for a killed service when it takes messages itself, however it came to its end', () => {
    expect(resumptions([], moved, [end('logistics', 100), end('pricing', 200, 'after-commit'), { ...end('credit', 300), how: 'ended with code 0' }])).toEqual([
      { kind: 'service killed', about: 'logistics', ms: 2 }, { kind: 'service killed', about: 'pricing at after-commit', ms: 4 },
    ]);
  });

  it('is not asked of a service that stood still: another one does its work meanwhile', () => {
    expect(resumptions([happened({ kind: 'zombie', service: 'pricing', seconds: 30 }, 100, 130)])).toEqual([]);
  });

  it('counts the second of two ends with nothing done in between, and nobody who only helped out', () => {
    expect(resumptions([], moved, [end('pricing', 100), end('pricing', 103, 'batch-decided'), end('pricing-guest', 110)])).toEqual([{ kind: 'service killed', about: 'pricing at batch-decided', ms: 4 }]);
  });

  it('is what the next fault waits for: of the killed service, of all after a server', () => {
    const [credit, postgres, approvals] = [happened(kill('credit'), 100), happened({ kind: 'postgres', how: 'kill', seconds: 0 }, 100), happened(kill('approvals'), 100)];
    expect([credit, postgres, approvals].map((fault) => goesOn(fault, progressOf(moved)))).toEqual([true, true, true]);
    const without = new Map([...moved].filter(([name]) => name !== 'credit'));
    expect([credit, postgres, approvals].map((fault) => goesOn(fault, progressOf(without)))).toEqual([false, false, true]);
  });

  it('after a server is for whoever has nothing to take when that is seen, but a process that was killed has to take something, or be ready', () => {
    const [postgres, credit] = [happened({ kind: 'postgres', how: 'kill', seconds: 0 }, 100, 101), happened(kill('credit'), 100)];
    const idle = progressOf(new Map([...moved].filter(([name]) => name !== 'credit')), new Map([['credit', 2]]));
    expect(resumptionsOf({ happened: [postgres], ends: [], progress: idle })).toEqual([{ kind: 'PostgreSQL restarted', about: 'kill, contract last', ms: 6 }]);
    expect(resumptionsOf({ happened: [], ends: [end('credit', 100)], progress: idle })).toEqual([{ kind: 'service killed', about: 'credit', ms: null }]);
    expect([postgres, credit].map((fault) => goesOn(fault, idle))).toEqual([true, false]);
    const ready = progressOf(moved, new Map(), new Map([['credit', 2], ['pricing', 7]]));
    expect(resumptionsOf({ happened: [], ends: [end('credit', 100), end('pricing', 200)], progress: ready })).toEqual([{ kind: 'service killed', about: 'credit', ms: 2 }, { kind: 'service killed', about: 'pricing', ms: 4 }]);
  });

  it('after a server leaves out who was down by itself', () => {
    const postgres = happened({ kind: 'postgres', how: 'kill', seconds: 0 }, 100, 101);
    const after = (ends: readonly ReturnType<typeof end>[]) => resumptions([postgres], moved, ends).find(({ kind }) => kind === 'PostgreSQL restarted')?.ms;
    expect(after([])).toBe(9);
    expect(after([end('credit', 97)])).toBe(6);
    expect(after([end('credit', 105)])).toBe(6);
    expect(after([end('credit', 80), end('credit', 110)])).toBe(9);
  });

  it('is not measured where the database was away meanwhile, or nobody asks', () => {
    const postgres = happened({ kind: 'postgres', how: 'kill', seconds: 0 }, 101, 103);
    expect(resumptions([postgres], moved, [end('pricing', 100), end('rules', 100)]).slice(0, 2)).toEqual([{ kind: 'service killed', about: 'pricing', ms: null }, { kind: 'service killed', about: 'rules', ms: null }]);
  });

  it('is after a server was away when the last service on the way of an order takes messages, and not measured when one of them never does', () => {
    const away = happened({ kind: 'broker-kill', seconds: 1 }, 100, 140);
    expect(resumptions([away])).toEqual([{ kind: 'broker killed', about: 'broker-kill, credit last', ms: 9 }]);
    expect(resumptions([away], new Map([...moved].slice(1)))).toEqual([{ kind: 'broker killed', about: 'broker-kill, order-orchestrator last', ms: null }]);
  });

  it('is not told of a bad network: what is slow goes on', () => {
    expect(resumptions([happened({ kind: 'network', link: 'kafka', weather: 'latency', seconds: 9 }, 100, 109)])).toEqual([]);
  });
});
