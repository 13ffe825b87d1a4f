import type { MessageName } from '@order-mesh/contracts';
import { offences, type Facts, type Invariant } from '../facts.ts';
import { leftOut } from '../history/history.ts';
import { endings, isEnding, stepsByDefinition, type ShownStep } from '../history/steps.ts';
import type { Story } from '../history/story.ts';
import type { Offence } from '../verdict.ts';

// A row is written whole: its columns say what its state says, at any time.
const TORN = `
  select 'order ' || order_id as subject, format('is %s, its state says %s', status, coalesce(state ->> 'status', 'nothing')) as problem
    from order_orchestrator.saga
   where status is distinct from state ->> 'status' or (status in ('running', 'undoing')) = (state ? 'endedAt')
      or (status = 'confirmed' and not state -> 'facts' ?& case definition ${[...stepsByDefinition].map(([definition, steps]) => `when '${definition}' then '{${steps.map(({ name }) => name).join()}}'`).join(' ')} else '{}' end::text[])`;

/**
 * What Kafka tells of an order is compared with its row once none of its messages is on its way; an order older than what Kafka keeps is not.
 * Which step was asked after which needs no clock: a step's command exists only if the answer of the step before it does.
 */
export const statesAreLawful: Invariant = {
  id: 'I3',
  title: 'each order ends once, on a lawful path',
  promise: 'An order ends as exactly one of confirmed, rejected, cancelled or manual, and stays so; each step was asked only after the one before it was done, and it is confirmed only when all were.',
  check: async (facts) => {
    const found: Offence[] = [...await offences(facts, [TORN])];
    const { orders, told } = await comparePaths(facts);
    return { offences: [...found, ...told], checked: { orders }, notChecked: leftOut(await facts.history()) };
  },
};

interface Row {
  readonly order_id: string;
  readonly status: string;
  readonly started_at: string;
  readonly definition: string;
}

async function comparePaths({ snapshot, history }: Facts): Promise<{ readonly orders: number; readonly told: readonly Offence[] }> {
  const { stories, isInFlight, completeSince } = await history();
  const told: Offence[] = [];
  let orders = 0;
  for await (const rows of snapshot.stream<Row>('select order_id, status, definition, extract(epoch from started_at) * 1000 as started_at from order_orchestrator.saga')) {
    for (const row of rows.filter((one) => Number(one.started_at) >= completeSince)) {
      orders += 1;
      const story = stories.get(row.order_id);
      if (story && !isInFlight(row.order_id)) told.push(...faultsOf(story, row).map((problem) => ({ subject: `order ${row.order_id}`, problem })));
    }
  }
  return { orders, told };
}

function faultsOf({ types }: Story, { status, definition }: Row): readonly string[] {
  const told = types.filter(isEnding).map((type) => endings[type]);
  return [
    ...(endsAs(told, status) ? [] : [`is ${status}, and Kafka tells of ${told.length === 0 ? 'no end' : `${told.length === 1 ? 'its end' : `${told.length} ends`}: ${told.join(', ')}`}`]),
    ...pathFaults(new Set(types), status, stepsByDefinition.get(definition) ?? []),
  ];
}

/** One end. Only a person's case is left again, by that person's decision, for another one. */
function endsAs(told: readonly string[], status: string): boolean {
  const isOver = status !== 'running' && status !== 'undoing';
  const [last, before] = isOver ? [told.at(-1), told.slice(0, -1)] : [status, told];
  return last === status && (status === 'running' ? told.length === 0 : before.every((end) => end === 'manual' && status !== 'confirmed'));
}

function pathFaults(heard: ReadonlySet<MessageName>, status: string, steps: readonly ShownStep[]): readonly string[] {
  const leaps = steps.flatMap(({ name, ask }, index) => {
    const before = steps[index - 1];
    return heard.has(ask) && before && !heard.has(before.done) ? [`${name} was asked (${ask}) before ${before.name} was done (${before.done})`] : [];
  });
  const missing = status === 'confirmed' ? steps.filter(({ done }) => !heard.has(done)).map(({ name, done }) => `is confirmed, and ${name} was never done (${done})`) : [];
  return [...leaps, ...missing];
}
