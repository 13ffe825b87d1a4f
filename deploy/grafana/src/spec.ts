/** A dashboard as it is written here: what is asked, and how it is shown. */
export interface DashboardSpec {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelSpec[] }[];
}

export interface PanelSpec {
  readonly kind: 'lines' | 'number' | 'bars' | 'heatmap' | 'table';
  readonly title: string;
  /** What it says, and what to do about it. */
  readonly says: string;
  /** A unit of Grafana's. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Of 24 columns; as usual for its kind when absent. */
  readonly width?: number;
  /** The name of the runbook in docs/runbooks that it links to. */
  readonly runbook?: string;
}

export interface Query {
  readonly expr: string;
  readonly legend: string;
  /** What it looks for happens only when something is wrong, or not in every hour: nothing shows as 0. */
  readonly rare?: true;
}

/** The time series of a metric, with labels such as `outcome="confirmed"`. */
export const of = (metric: string, labels = ''): string => `${metric}{job=~"$job"${labels && `, ${labels}`}}`;

/** How many a second, in the window that fits the picture. */
export const rate = (metric: string, labels = ''): string => `rate(${of(metric, labels)}[$__rate_interval])`;

/** How many in the time shown. */
export const inRange = (metric: string, labels = ''): string => `increase(${of(metric, labels)}[$__range])`;

/** A quantile of a histogram, by these labels. */
export const quantile = (q: number, histogram: string, by: readonly string[] = []): string =>
  `histogram_quantile(${q}, sum by (${['le', ...by].join(', ')}) (${rate(`${histogram}_bucket`)}))`;

export const query = (expr: string, legend = ''): Query => ({ expr, legend });
export const rare = (expr: string, legend = ''): Query => ({ expr, legend, rare: true });
