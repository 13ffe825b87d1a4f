import { annotations, dashboardOf } from './dashboard.ts';
import { kafkaAndOutbox } from './kafka-and-outbox.ts';
import { orderToFinance } from './order-to-finance.ts';
import { exprOf } from './panel.ts';
import { partners } from './partners.ts';
import { saga } from './saga.ts';
import { services } from './services.ts';

const all = [orderToFinance, saga, kafkaAndOutbox, partners, services];

/** One query of a panel or an annotation, as Grafana asks it. */
export interface Asked {
  /** The dashboard, the panel, and the query where there are several. */
  readonly where: string;
  readonly expr: string;
  /** It tells moments: between them there is nothing. */
  readonly isMoment: boolean;
}

/** Everything that the dashboards ask Prometheus. */
export const queries: readonly Asked[] = [
  ...all.flatMap(({ title, rows }) => rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries.map((query) => ({
    where: `${title} / ${panel.title}${query.legend && ` / ${query.legend}`}`, expr: exprOf(query), isMoment: false,
  }))))),
  ...annotations.map(({ name, expr }) => ({ where: `annotation / ${name}`, expr, isMoment: true })),
];

/** The runbooks that panels link to. */
export const runbooks: readonly string[] = [...new Set(all.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.flatMap(({ runbook }) => runbook ?? []))))].sort();

/** The dashboards as files of the folder `dashboards`. */
export const files: readonly { readonly name: string; readonly text: string }[] = all.map((spec) => ({ name: `${spec.uid.replace('mesh-', '')}.json`, text: `${JSON.stringify(dashboardOf(spec), null, 2)}\n` }));
