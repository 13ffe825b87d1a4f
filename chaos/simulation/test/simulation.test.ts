import { mutations } from '@order-mesh/mutations';
import { digestsOf, simulate } from '@order-mesh/simulation';

/** What a change has to pass. `npm run chaos -- sim --seeds 10000` runs more, and the night runs a million. */
const SEEDS = 200;
const SOON = 1_200_000;
/** All bugs of the catalogue are found within fewer seeds than this; the limit is there for the day on which one is not. */
const SEEDS_A_BUG = 10_000;

describe('the mesh in virtual time', () => {
  it(`keeps every promise in ${SEEDS} runs of 50 orders`, async () => {
    const { seeds, failures, story } = await simulate({ seeds: SEEDS });
    expect(story ?? '').toBe('');
    expect(failures).toEqual([]);
    expect(seeds).toBe(SEEDS);
  }, SOON);

  it('has the same history for the same seed, bit for bit, and another one for another', async () => {
    const once = await digestsOf({ seeds: 8, from: 77 });
    expect(await digestsOf({ seeds: 8, from: 77 })).toEqual(once);
    expect(new Set(once).size).toBe(8);
  }, SOON);

  // a process that stood still in the middle of a batch added what it had read beside what others had added meanwhile
  it('counts a receivable once that two processes heard of at once', async () => {
    expect((await simulate({ seeds: 1, from: 30, orders: 30 })).failures).toEqual([]);
  }, SOON);

  it('tells the story of a run that fails, made small', async () => {
    const { failures, story } = await simulate({ seeds: 50, mutation: 'over-limit-hold', workers: 1 });
    expect(failures.length).toBeGreaterThan(0);
    expect(story).toMatch(/^Seed \d+ breaks I1: customer C\d owes and holds more than its limit/);
    expect(story).toContain('npm run chaos -- sim --from');
    expect(story).toContain('commits credit.hold');
  }, SOON);
});

describe('the bugs of the catalogue', () => {
  it.each(mutations.map(({ name, breaks }) => [name, breaks]))('%s is found: %s', async (mutation) => {
    const { failures } = await simulate({ seeds: SEEDS_A_BUG, mutation, explain: false });
    expect(failures.length).toBeGreaterThan(0);
  }, SOON);
});
