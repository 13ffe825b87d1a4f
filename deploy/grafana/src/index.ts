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

/** What a panel asks Prometheus, query by query. */
export interface AskedPanel {
  readonly dashboard: string;
  readonly title: string;
  readonly exprs: readonly string[];
}

/** Every panel of every dashboard. */
export const panels: readonly AskedPanel[] = all.flatMap(({ title: dashboard, rows }) => rows.flatMap((row) => row.panels.map(({ title, queries: asked }) => ({ dashboard, title, exprs: asked.map(exprOf) }))));

/** The query as Grafana would ask it of every mesh, for a time such as `2m`. */
export const filledIn = (expr: string, time: string): string => expr.replaceAll('$__rate_interval', time).replaceAll('$__range', time).replaceAll('$job', '.*');

/** The runbooks that panels link to. */
export const runbooks: readonly string[] = [...new Set(all.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.flatMap(({ runbook }) => runbook ?? []))))].sort();

/** The dashboards as files of the folder `dashboards`. */
export const files: readonly { readonly name: string; readonly text: string }[] = all.map((spec) => ({ name: `${spec.uid.replace('mesh-', '')}.json`, text: `${JSON.stringify(dashboardOf(spec), null, 2)}\n` }));
