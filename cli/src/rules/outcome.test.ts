import type { Change, PointDetail, Simulation } from '../gateway/rules.ts';
import { followSimulation, seeChecked, seeDecided, seeRolledBack } from './outcome.ts';

const change = (changes: Partial<Change> = {}): Change => ({
  changeId: 'c1', point: 'credit-control', kind: 'proposal', status: 'asked', author: '王芳', reason: 'why', askedAt: '', version: null, decidedBy: null, comment: null, findings: [], detail: '', refusal: null, ...changes,
});
const refusal = { reason: 'own-change', detail: '', by: '王芳', at: '2026-06-01T00:00:00.000Z' };
const wait = (): Promise<void> => Promise.resolve();

/** Shows one state after the other, and the last one from then on. */
const desk = (states: readonly Change[], versions: readonly number[] = [9]) => {
  const [left, released] = [[...states], [...versions]];
  return {
    change: () => Promise.resolve((left.length > 1 ? left.shift() : left[0]) ?? change()),
    point: () => Promise.resolve({ version: released.length > 1 ? released.shift() : released[0] } as PointDetail),
  };
};

describe('what became of a change', () => {
  it('is known once it is checked', async () => {
    expect(await seeChecked(desk([change(), change(), change({ status: 'proposed' })]), change(), wait)).toMatchObject({ status: 'proposed' });
    await expect(seeChecked(desk([change()]), change(), wait)).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });

  it('is known when a decision counts, and what is approved is in force', async () => {
    const before = change({ status: 'proposed' });
    expect(await seeDecided(desk([before, change({ status: 'approved', version: 2 })], [1, 1, 2]), before, wait)).toMatchObject({ version: 2 });
    expect(await seeDecided(desk([before, change({ status: 'rejected' })]), before, wait)).toMatchObject({ status: 'rejected' });
  });

  it('is known when a decision does not count, and an earlier refusal is not taken for it', async () => {
    const before = change({ status: 'proposed', refusal });
    const later = { ...refusal, at: '2026-06-01T00:00:01.000Z' };
    expect(await seeDecided(desk([before, { ...before, refusal: later }]), before, wait)).toMatchObject({ refusal: later });
  });

  it('is known when a rollback is in force, or refused', async () => {
    const back = change({ kind: 'rollback' });
    expect(await seeRolledBack(desk([back, { ...back, status: 'approved', version: 3 }], [2, 3]), back, wait)).toMatchObject({ version: 3 });
    expect(await seeRolledBack(desk([{ ...back, status: 'refused' }]), back, wait)).toMatchObject({ status: 'refused' });
  });
});

describe('a simulation', () => {
  const simulation = (checked: number, state: Simulation['state']): Simulation => ({ simulationId: 's1', point: 'credit-control', state, total: 10, checked, changed: 0, outcomes: [], examples: [], detail: '' });

  it('is followed to its end', async () => {
    const states = [simulation(0, 'asked'), simulation(5, 'running'), simulation(5, 'running'), simulation(10, 'done')];
    const seen: number[] = [];
    const ended = await followSimulation({ simulation: () => Promise.resolve(states.shift() ?? simulation(10, 'done')) }, simulation(0, 'asked'), { onProgress: ({ checked }) => { seen.push(checked); }, wait });
    expect([ended.state, seen]).toEqual(['done', [5, 10]]);
    await expect(followSimulation({ simulation: () => Promise.resolve(simulation(0, 'asked')) }, simulation(0, 'asked'), { onProgress: () => {}, wait })).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });
});
