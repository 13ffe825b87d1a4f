import type { Instant } from '@order-mesh/kernel';
import { query } from '@order-mesh/platform';
import type { SimulationBook } from './simulation-ports.ts';
import type { Example, Outcome, Simulation } from './simulation.ts';

interface Row {
  readonly simulation_id: string;
  readonly point: string;
  readonly content: string;
  readonly since: Instant;
  readonly until: Instant;
  readonly total: number;
  readonly checked: number;
  readonly changed: number;
  readonly outcomes: readonly Outcome[];
  readonly examples: readonly Example[];
  readonly after: string;
}

/** The simulations of a service in PostgreSQL, table `rulebook.simulation`. */
export const pgSimulationBook = (service: string): SimulationBook => ({
  async open(tx, simulation) {
    await query(tx, { name: 'rulebook.forget-simulations', text: `delete from rulebook.simulation where service = $1 and is_done and asked_at < now() - interval '7 days'`, values: [service] });
    const { simulationId, point, content, since, until, total } = simulation;
    await query(tx, {
      name: 'rulebook.open-simulation',
      text: `insert into rulebook.simulation (service, simulation_id, checked, changed, outcomes, examples, after, is_done, point, content, since, until, total)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
      values: [service, simulationId, ...progressOf(simulation), point, content, new Date(since), new Date(until), total],
    });
  },
  async next(tx) {
    const [row] = await query<Row>(tx, {
      name: 'rulebook.next-simulation',
      text: `select simulation_id, point, content, since, until, total, checked, changed, outcomes::jsonb as outcomes, examples::jsonb as examples, after
        from rulebook.simulation where service = $1 and not is_done order by asked_at limit 1 for update skip locked`,
      values: [service],
    });
    return row ? simulationOf(row) : null;
  },
  async save(tx, simulation) {
    await query(tx, {
      name: 'rulebook.save-simulation',
      text: `update rulebook.simulation set checked = $3, changed = $4, outcomes = $5, examples = $6, after = $7, is_done = $8 where service = $1 and simulation_id = $2`,
      values: [service, simulation.simulationId, ...progressOf(simulation)],
    });
  },
});

const progressOf = ({ checked, changed, outcomes, examples, after, isDone }: Simulation): unknown[] => [checked, changed, JSON.stringify(outcomes), JSON.stringify(examples), after, isDone];

const simulationOf = ({ simulation_id: simulationId, point, content, since, until, total, checked, changed, outcomes, examples, after }: Row): Simulation =>
  ({ simulationId, point, content, since, until, total, checked, changed, outcomes, examples, after, isDone: false });
