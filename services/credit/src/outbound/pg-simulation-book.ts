import type { Instant } from '@order-mesh/kernel';
import { query } from '@order-mesh/platform';
import { readRecord } from '@order-mesh/rules';
import type { Example, Outcome, Simulation } from '../domain/simulation.ts';
import type { SimulationBook } from '../usecases/ports.ts';

interface Row {
  readonly simulation_id: string;
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

/** The simulations of credit in PostgreSQL, tables `credit.simulation` and `credit.hold`. */
export const pgSimulationBook: SimulationBook = {
  async open(tx, simulation) {
    await query(tx, { name: 'credit.forget-simulations', text: `delete from credit.simulation where is_done and asked_at < now() - interval '7 days'` });
    await query(tx, {
      name: 'credit.open-simulation',
      text: `insert into credit.simulation (simulation_id, content, since, until, total, checked, changed, outcomes, examples, after, is_done)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
      values: [simulation.simulationId, simulation.content, new Date(simulation.since), new Date(simulation.until), simulation.total, ...progressOf(simulation)],
    });
  },
  async next(tx) {
    const [row] = await query<Row>(tx, {
      name: 'credit.next-simulation',
      text: `select simulation_id, content, since, until, total, checked, changed, outcomes::jsonb as outcomes, examples::jsonb as examples, after
        from credit.simulation where not is_done order by asked_at limit 1 for update skip locked`,
    });
    return row ? simulationOf(row) : null;
  },
  async save(tx, simulation) {
    await query(tx, {
      name: 'credit.save-simulation',
      text: `update credit.simulation set checked = $2, changed = $3, outcomes = $4, examples = $5, after = $6, is_done = $7 where simulation_id = $1`,
      values: [simulation.simulationId, ...progressOf(simulation)],
    });
  },
  async count(tx) {
    const [row] = await query<{ readonly decisions: bigint }>(tx, { name: 'credit.count-decisions', text: 'select count(*) as decisions from credit.hold where record is not null' });
    return Number(row?.decisions ?? 0);
  },
  async decisions(tx, after, atMost) {
    const rows = await query<{ readonly order_id: string; readonly record: string }>(tx, {
      name: 'credit.decisions', text: 'select order_id, record from credit.hold where order_id > $1 and record is not null order by order_id limit $2', values: [after, atMost],
    });
    return rows.map(({ order_id: orderId, record }) => ({ orderId, record: readRecord(record) }));
  },
};

const progressOf = ({ checked, changed, outcomes, examples, after, isDone }: Simulation): unknown[] => [checked, changed, JSON.stringify(outcomes), JSON.stringify(examples), after, isDone];

const simulationOf = ({ simulation_id: simulationId, content, since, until, total, checked, changed, outcomes, examples, after }: Row): Simulation =>
  ({ simulationId, content, since, until, total, checked, changed, outcomes, examples, after, isDone: false });
