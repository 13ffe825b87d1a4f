import { MeshError } from '@order-mesh/kernel';
import type { ReconciliationDesk, Run } from '../gateway/reconciliation.ts';
import { compareNow } from './compare-now.ts';

const run = (runId: string, changes: Partial<Run> = {}): Run => ({
  runId, status: 'agrees', requestedBy: 'Li Na', from: null, startedAt: '2026-03-01T00:00:00.000Z', finishedAt: null, detail: '', orders: 9, amountFen: '0', openDifferences: 0, ...changes,
});
const scheduled = run('S1', { status: 'running', requestedBy: 'schedule' });
const unheard = new MeshError('BAD_REQUEST', { advice: 'no reconciliation M1 is known here' });

/** What the gateway answers, one after the other, the last for ever; and what it was asked. */
interface Story {
  readonly underWay: readonly (Run | null)[];
  readonly start: readonly (string | null)[];
  readonly runs?: Readonly<Record<string, readonly (Run | MeshError)[]>>;
}

async function compared({ underWay, start, runs = {} }: Story, days?: number) {
  const asked: string[] = [];
  const looks = new Map<string, number>();
  const next = <Answer>(name: string, answers: readonly Answer[]): Answer => {
    const at = looks.get(name) ?? 0;
    looks.set(name, at + 1);
    asked.push(name);
    const answer = answers[Math.min(at, answers.length - 1)];
    if (answer === undefined) throw new Error(`${name} is not in the story`);
    return answer;
  };
  const unused = (): never => { throw new Error('not asked for'); };
  const desk: ReconciliationDesk = {
    show: unused, repair: unused, accept: unused,
    underWay: async () => next('under way?', underWay),
    start: async () => next('start', start),
    async run(runId) {
      const found = next(runId, runs[runId] ?? [run(runId)]);
      if (found instanceof MeshError) throw found;
      return found;
    },
  };
  const ended = await compareNow(desk, { progress: () => {}, wait: async () => {}, ...(days && { days }) });
  return { ended, asked };
}

describe('whoever has the books compared', () => {
  it('gets a run of his own, which is heard of a moment after it was asked for', async () => {
    const { ended, asked } = await compared({ underWay: [null], start: ['M1'], runs: { M1: [unheard, run('M1', { status: 'running' }), run('M1')] } });
    expect([ended.runId, asked]).toEqual(['M1', ['under way?', 'start', 'M1', 'M1', 'M1']]);
  });

  it('waits for the one under way, which began before he asked', async () => {
    const { ended, asked } = await compared({ underWay: [scheduled, scheduled, null], start: ['M1'] });
    expect([ended.runId, asked]).toEqual(['M1', ['under way?', 'under way?', 'under way?', 'start', 'M1']]);
  });

  it('follows the one that finance begins by itself between the look and the question', async () => {
    const { ended, asked } = await compared({ underWay: [null, scheduled], start: [null], runs: { S1: [scheduled, run('S1', { requestedBy: 'schedule' })] } });
    expect([ended, asked]).toEqual([run('S1', { requestedBy: 'schedule' }), ['under way?', 'start', 'under way?', 'S1', 'S1']]);
  });

  it('follows it, too, when finance says no because the gateway had not heard of it', async () => {
    const refused = run('M1', { status: 'failed', startedAt: null, detail: 'the reconciliation that schedule asked for is under way; ask again when it has ended' });
    const { ended } = await compared({ underWay: [null, null, scheduled], start: ['M1', null], runs: { M1: [refused] } });
    expect(ended.runId).toBe('S1');
  });

  it('has a run of his own after one that may be of other days', async () => {
    const byDays = await compared({ underWay: [null, scheduled, scheduled, null], start: [null, 'M1'] }, 90);
    const bySomebody = await compared({ underWay: [null, run('S1', { status: 'running', requestedBy: 'Wang Fang' }), null], start: [null, 'M1'] });
    expect([byDays.ended.runId, bySomebody.ended.runId]).toEqual(['M1', 'M1']);
  });

  it('hears of a run that began and failed as it is', async () => {
    const failed = run('M1', { status: 'failed', detail: 'no statement of erp' });
    expect((await compared({ underWay: [null], start: ['M1'], runs: { M1: [failed] } })).ended).toEqual(failed);
  });
});
