import { MeshError } from '@order-mesh/kernel';
import { isGoingOn, type Import, type ImportDesk } from '../gateway/imports.ts';
import { followImport } from './follow.ts';

const shown = (changes: Partial<Import> = {}): Import => ({
  importId: 'I1', system: 'salesforce', state: 'running', since: null, status: 'Activated', dryRun: false, total: 1_000, seen: 0, placed: 0, known: 0, unacceptable: 0, passedOver: 0, reasons: [],
  detail: '', requestedBy: 'Li Na', startedAt: '2026-03-01T00:00:00.000Z', updatedAt: '2026-03-01T00:00:00.000Z', ...changes,
});
const away = new MeshError('NOT_RUNNING', { advice: 'no mesh answers' });

/** A desk that shows one after the other, the last for ever, and notes what it is asked. */
function desk(...shows: readonly (Import | MeshError)[]): ImportDesk & { readonly asked: string[] } {
  const asked: string[] = [];
  let looks = 0;
  const unused = (): never => { throw new Error('not asked for'); };
  return {
    asked, start: unused, newest: unused, resume: unused,
    async show() {
      const found = shows[Math.min(looks, shows.length - 1)] ?? away;
      looks += 1;
      if (found instanceof MeshError) throw found;
      return found;
    },
    async stop() {
      const last = shows[Math.min(looks, shows.length) - 1];
      // as the gateway does
      if (last && !(last instanceof MeshError) && !isGoingOn(last)) throw new MeshError('BAD_REQUEST', { advice: 'there is nothing to stop' });
      asked.push('stop');
      return shown();
    },
  };
}

const follow = async (from: ImportDesk, { before, stopAt }: { readonly before?: Import; readonly stopAt?: number } = {}) => {
  const progress: string[] = [];
  const stopping = new AbortController();
  let at = 0;
  const ended = await followImport(from, 'I1', {
    signal: stopping.signal, ...(before && { before }), now: () => at,
    wait: async (length) => { at += length; },
    onProgress: ({ seen }, perSecond) => {
      progress.push(`${seen} ${Math.round(perSecond)}/s`);
      if (progress.length === stopAt) stopping.abort();
    },
  });
  return { ended, progress };
};

describe('whoever follows an import', () => {
  it('sees how many orders a second are taken, and its end', async () => {
    const { ended, progress } = await follow(desk(shown({ seen: 200 }), shown({ seen: 400 }), shown({ seen: 600 }), shown({ seen: 800 }), shown({ seen: 1_000, state: 'completed' })));
    expect([ended.seen, progress]).toEqual([1_000, ['200 0/s', '400 200/s', '600 400/s', '800 600/s']]);
  });

  it('has it stop once, and waits until it has', async () => {
    const from = desk(shown(), shown({ seen: 200 }), shown({ seen: 400 }), shown({ seen: 400, state: 'stopped' }));
    const { ended } = await follow(from, { stopAt: 1 });
    expect([ended.state, from.asked]).toEqual(['stopped', ['stop']]);
  });

  it('has one stop that was just asked to go on, as soon as it is heard to do so', async () => {
    const before = shown({ state: 'stopped', seen: 400 });
    const from = desk(before, before, shown({ seen: 600, updatedAt: 'later' }), shown({ state: 'stopped', seen: 800, updatedAt: 'last' }));
    const { ended } = await follow(from, { before, stopAt: 1 });
    expect([ended.seen, from.asked]).toEqual([800, ['stop']]);
  });

  it('does not take an import for stopped that was just asked to go on', async () => {
    const before = shown({ state: 'stopped', seen: 400 });
    const { ended } = await follow(desk(before, before, shown({ seen: 600, updatedAt: 'later' }), shown({ state: 'completed', updatedAt: 'last' })), { before });
    expect(ended.state).toBe('completed');
    await expect(follow(desk(before), { before })).rejects.toThrow('is crm-adapter running?');
  });

  it('waits for a gateway that restarts, not for one that is gone', async () => {
    expect((await follow(desk(shown(), away, away, shown({ state: 'completed' })))).ended.state).toBe('completed');
    await expect(follow(desk(shown(), away))).rejects.toThrow('no mesh answers');
    await expect(follow(desk(new MeshError('BAD_REQUEST', { advice: 'no import I1' })))).rejects.toThrow('no import I1');
  });
});
