import {
  AnnotationQueryBuilder, DashboardBuilder, DashboardCursorSync, DatasourceVariableBuilder, QueryVariableBuilder, RowBuilder, TextBoxVariableBuilder, VariableRefresh, type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE, linkTo, panelOf } from './panel.ts';
import { of, type DashboardSpec } from './spec.ts';

/** What happened besides, on every dashboard: each is a query, too. */
export const annotations = [
  { name: 'Rules changed', color: 'purple', title: 'rules {{point}}', expr: `sum by (point) (changes(${of('mesh_rules_live_version')}[1m])) > 0` },
  { name: 'Deployments and restarts', color: 'blue', title: 'started {{instance}}', expr: `changes(${of('process_start_time_seconds')}[1m]) > 0 or time() - ${of('process_start_time_seconds')} < 60` },
] as const;

/** The dashboard as Grafana takes it. */
export function dashboardOf({ uid, title, description, rows }: DashboardSpec): Dashboard {
  const dashboard = new DashboardBuilder(title)
    .uid(uid).description(description).tags(['order-mesh']).time({ from: 'now-6h', to: 'now' }).refresh('30s').timezone('Asia/Shanghai').tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(new QueryVariableBuilder('job').label('Mesh').datasource(DATASOURCE).query('label_values(mesh_records_total, job)').refresh(VariableRefresh.OnDashboardLoad).includeAll(true).multi(true).allValue('.*')
      .current({ text: ['All'], value: ['$__all'] }))
    .withVariable(new TextBoxVariableBuilder('order').label('Order').defaultValue(''))
    .withVariable(new TextBoxVariableBuilder('gateway').label('Gateway').defaultValue('http://127.0.0.1:8080'))
    .withVariable(new TextBoxVariableBuilder('runbooks').label('Runbooks').defaultValue('https://example.invalid/docs/runbooks'))
    .link(linkTo('Timeline of the order', '${gateway}/v1/orders/${order}'))
    .link(linkTo('Runbooks', '${runbooks}/README.md'));
  for (const { name, color, title: text, expr } of annotations) {
    dashboard.annotation(new AnnotationQueryBuilder().name(name).datasource(DATASOURCE).enable(true).iconColor(color).expr(expr).step('30s').titleFormat(text));
  }
  for (const row of rows) {
    dashboard.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) dashboard.withPanel(panelOf(panel));
  }
  return dashboard.build();
}
