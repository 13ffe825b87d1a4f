import { filledIn, panels } from '@order-mesh/grafana';
import type { RunningPrometheus } from '@order-mesh/testing';

/** What a panel of a dashboard shows of the run. */
export interface PanelAnswer {
  readonly dashboard: string;
  readonly panel: string;
  /** Series with a number. */
  readonly series: number;
  /** Queries that give none; a panel has one or several. */
  readonly empty: readonly string[];
}

/** Asks every query of every panel, of the time since the run began. */
export const askPanels = (prometheus: RunningPrometheus, time: string): Promise<readonly PanelAnswer[]> => Promise.all(panels.map(async ({ dashboard, title, exprs }) => {
  const counts = await Promise.all(exprs.map(async (expr) => (await prometheus.ask(filledIn(expr, time))).filter(({ value }) => Number.isFinite(value)).length));
  return { dashboard, panel: title, series: counts.reduce((sum, count) => sum + count, 0), empty: exprs.filter((_, at) => counts[at] === 0) };
}));
