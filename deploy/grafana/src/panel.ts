import { PanelBuilder as Bars } from '@grafana/grafana-foundation-sdk/bargauge';
import { DashboardLinkBuilder, DashboardLinkType, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { HeatmapColorOptionsBuilder, PanelBuilder as Heatmap, HeatmapColorMode } from '@grafana/grafana-foundation-sdk/heatmap';
import { ReduceDataOptionsBuilder, VizOrientation, VizLegendOptionsBuilder, LegendDisplayMode, LegendPlacement } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as NumberPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as Lines } from '@grafana/grafana-foundation-sdk/timeseries';
import type { PanelSpec, Query } from './spec.ts';

export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

type Kind = PanelSpec['kind'];
type AnyPanel = Lines | NumberPanel | Bars | Heatmap | Table;

const WIDTHS: Readonly<Record<Kind, number>> = { lines: 12, number: 4, bars: 12, heatmap: 12, table: 12 };
const HEIGHTS: Readonly<Record<Kind, number>> = { lines: 8, number: 4, bars: 8, heatmap: 8, table: 8 };

/** The panel as Grafana takes it. */
export function panelOf(spec: PanelSpec): Builder<Panel> {
  const panel: AnyPanel = blankOf(spec);
  panel.title(spec.title).description(spec.says).unit(spec.unit).datasource(DATASOURCE).span(spec.width ?? WIDTHS[spec.kind]).height(HEIGHTS[spec.kind]);
  if (spec.runbook !== undefined) panel.links([linkTo(`Runbook ${spec.runbook}`, `\${runbooks}/${spec.runbook}.md`)]);
  spec.queries.forEach((query, at) => panel.withTarget(targetOf(spec.kind, query).refId(String.fromCharCode(65 + at))));
  return panel;
}

export const linkTo = (title: string, url: string): DashboardLinkBuilder => new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(true).icon('doc');

/** What is asked: for what is rare, nothing is 0. */
export const exprOf = ({ expr, rare }: Query): string => (rare ? `${expr} or vector(0)` : expr);

function blankOf({ kind }: PanelSpec): AnyPanel {
  const last = new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false);
  switch (kind) {
    case 'lines': return new Lines().min(0).fillOpacity(8).legend(new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true));
    case 'number': return new NumberPanel().reduceOptions(last);
    case 'bars': return new Bars().reduceOptions(last).orientation(VizOrientation.Horizontal);
    case 'heatmap': return new Heatmap().calculate(false).color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges').steps(64));
    case 'table': return new Table();
  }
}

function targetOf(kind: Kind, query: Query): DataqueryBuilder {
  const target = new DataqueryBuilder().expr(exprOf(query)).legendFormat(query.legend);
  if (kind === 'heatmap') return target.range().format(PromQueryFormat.Heatmap);
  if (kind === 'table') return target.instant().format(PromQueryFormat.Table);
  return kind === 'lines' ? target.range() : target.instant();
}
