import type { LocalWork } from './intake.ts';
import { Attempts } from './attempts.ts';
import type { Host } from './host.ts';
import type { Batch, Passage } from './passage.ts';
import type { Read } from './plan.ts';

const AWAY = 'the database is away';

/** Attempts at a passage that notes what it is given, and meets what it is told to. */
function scene({ accidents = [] as readonly number[], isStopping = (): boolean => false } = {}) {
  const sizes: number[] = [];
  const works: number[] = [];
  const given: Read[] = [];
  const passage = {
    take: async (batch: Batch) => {
      sizes.push(batch.reads.length);
      works.push(batch.works.length);
      await Promise.resolve();
      if (accidents.includes(sizes.length)) throw new Error(AWAY);
      given.push(...batch.reads);
    },
    brokeOff: () => {}, beWary: () => {}, lookAgain: () => {},
  };
  const host = { limits: { maxRecords: 500, maxTries: 3 }, inPlace: true, store: { isPassing: (error: unknown) => error instanceof Error && error.message === AWAY }, watcher: { trouble: () => {} } };
  const attempts = new Attempts(host as unknown as Host, { routing: new Map(), passage: passage as unknown as Passage, room: () => Promise.resolve(), isStopping });
  return { attempts, sizes, works, given };
}

const reads = (count: number): readonly Read[] => Array.from({ length: count }, (_, offset) => ({ offset }) as unknown as Read);

describe('attempts', () => {
  it('begin with little and take twice as much each time, up to a whole batch', async () => {
    const { attempts, sizes, given } = scene();
    const batch = reads(500);
    await attempts.process({ reads: batch, works: [] });
    await attempts.process({ reads: reads(500), works: [] });
    expect(sizes).toEqual([50, 100, 200, 150, 500]);
    expect(given.slice(0, 500)).toEqual(batch);
  });

  it('begin with little again after an accident, and leave nothing out', async () => {
    const { attempts, sizes, given } = scene({ accidents: [6] });
    for (let round = 0; round < 2; round += 1) await attempts.process({ reads: reads(450), works: [] });
    expect(sizes).toEqual([50, 100, 200, 100, 450]);
    const batch = reads(500);
    await attempts.process({ reads: batch, works: [] });
    expect(sizes.slice(5)).toEqual([500, 50, 100, 200, 150]);
    expect(given.slice(900)).toEqual(batch);
  });

  it('carry work out with the first piece, once', async () => {
    const { attempts, works } = scene();
    await attempts.process({ reads: reads(60), works: [{} as LocalWork] });
    expect(works).toEqual([1, 0]);
  });

  it('leave what is left for the next start when we stop in between', async () => {
    let stops = false;
    const { attempts, sizes } = scene({ isStopping: () => stops });
    stops = true;
    await attempts.process({ reads: reads(200), works: [] });
    expect(sizes).toEqual([50]);
  });
});
