import type { ZenDecision, ZenEngine } from '@gorules/zen-engine';
import { compile, testCases, toJdm, toJdmFacts, toJdmSaid, type DecisionPoint, type TestCase, type Values } from '@order-mesh/rules';
import type { SecondOpinion } from '../usecases/ports.ts';

/** How many cases it is given at once: each alone costs several times as much. */
const AT_ONCE = 100;

/** Asks GoRules' engine, one for the service, loaded when it is asked for the first time. */
export function zenOpinion(): SecondOpinion & { close(): Promise<void> } {
  let opening: Promise<ZenEngine> | undefined;
  const engine = (): Promise<ZenEngine> => opening ??= import('@gorules/zen-engine').then(({ ZenEngine: Engine }) => new Engine());
  return {
    async disagreements(point, set, now) {
      const ours = compile({ ...point, otherwise: point.otherwise ?? {} }, set);
      const cases = testCases(point, set, now);
      if (!ours.ok || cases.length === 0) return [];
      const zen = await engine();
      const theirs = await heard(() => zen.createDecision(Buffer.from(JSON.stringify(toJdm(point, set)))));
      if ('failure' in theirs) return [`GoRules cannot read the rules: ${theirs.failure}`];
      const found: string[] = [];
      for (let at = 0; at < cases.length; at += AT_ONCE) {
        found.push(...(await Promise.all(cases.slice(at, at + AT_ONCE).map((one) => difference(one, { point, decide: ours.rules.decide, theirs: theirs.result })))).flat());
      }
      return found;
    },
    async close() {
      (await opening)?.dispose();
      opening = undefined;
    },
  };
}

type Heard<Result> = { readonly result: Result } | { readonly failure: string };

async function heard<Result>(ask: () => Result | Promise<Result>): Promise<Heard<Result>> {
  try {
    return { result: await ask() };
  } catch (error) {
    return { failure: (error instanceof Error ? error.message : String(error)).slice(0, 300) };
  }
}

interface Both {
  readonly point: DecisionPoint;
  readonly decide: (facts: Values, moment: TestCase['moment']) => { readonly said: Values; readonly rule: string | null };
  readonly theirs: ZenDecision;
}

async function difference({ rule, test, facts, moment }: TestCase, { point, decide, theirs }: Both): Promise<readonly string[]> {
  const { said, rule: hit } = decide(facts, moment);
  const wanted = inOrder({ ...toJdmSaid(point, said), ...(hit !== null && { rule: hit }) });
  const got = await heard(async () => (await theirs.evaluate(toJdmFacts(point, facts, moment))).result);
  if ('failure' in got) return [`rule ${rule}, test ${test}: GoRules fails: ${got.failure}`];
  return inOrder(got.result) === wanted ? [] : [`rule ${rule}, test ${test}: we say ${wanted}, GoRules says ${inOrder(got.result)}`];
}

const inOrder = (value: object): string => JSON.stringify(Object.fromEntries(Object.entries(value ?? {}).sort(([one], [other]) => (one < other ? -1 : 1))));
