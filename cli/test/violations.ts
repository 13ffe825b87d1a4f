import { until } from '@order-mesh/testing';
import { verify, type Places, type Verdict, type VerifyOptions } from '@order-mesh/verify';

/** What offends, as "I4 order 801... is confirmed without ..."; none is the only good answer. */
export async function violations(places: Places, options: VerifyOptions = { settled: true }): Promise<readonly string[]> {
  return linesOf(await verify(places, options));
}

const linesOf = (verdicts: readonly Verdict[]): readonly string[] => verdicts.flatMap(({ id, rows }) => rows.map(({ subject, problem }) => `${id} ${subject} ${problem}`));

/** Waits until what still follows from the last end (reports, records) is through, and gives what offends then. */
export async function violationsAtRest(places: Places, withinMs = 60_000): Promise<readonly string[]> {
  let last: readonly string[] = [];
  await until('everything to be settled', async () => {
    last = await violations(places);
    return last.length === 0;
  }, withinMs).catch(() => undefined);
  return last;
}
