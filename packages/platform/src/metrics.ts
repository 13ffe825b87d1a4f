import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { LabelsOf, Measure } from './measure.ts';

/** Counts and measures what `measures.ts` of its owner declares; labels of few values only, never an order id. */
export interface Metrics {
  counter<Declared extends Measure & { readonly type: 'counter' }>(measure: Declared): Counts<Declared>;
  gauge<Declared extends Measure & { readonly type: 'gauge' }>(measure: Declared): Shown<Declared>;
  /** A gauge that is read when somebody asks; the last one of its labels counts. */
  watched<Declared extends Measure & { readonly type: 'gauge' }>(measure: Declared, look: () => number, labels: LabelsOf<Declared>): void;
  histogram<Declared extends Measure & { readonly type: 'histogram' }>(measure: Declared): Observes<Declared>;
  /** The Prometheus text format. */
  text(): Promise<string>;
}

export interface Counts<Declared extends Measure> {
  add(labels: LabelsOf<Declared>, by?: number): void;
}

export interface Observes<Declared extends Measure> {
  observe(seconds: number, labels: LabelsOf<Declared>): void;
}

export interface Shown<Declared extends Measure> {
  set(value: number, labels: LabelsOf<Declared>): void;
  /** Shows these; what was shown before and is not among them is nothing now. */
  setAll(all: readonly { readonly value: number; readonly labels: LabelsOf<Declared> }[]): void;
}

type Metric = Counter<string> | Gauge<string> | Histogram<string>;

interface Watched {
  readonly labels: Readonly<Record<string, string>>;
  readonly look: () => number;
}

const BUCKETS: Readonly<Record<NonNullable<Measure['span']>, readonly number[]>> = {
  calls: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  // from a batch to a customer who takes a week to sign; 16,920 s are the 4.7 h by which the whole is measured
  orders: [0.01, 0.1, 0.5, 1, 5, 15, 30, 60, 300, 1_800, 3_600, 7_200, 16_920, 43_200, 86_400, 259_200, 604_800, 1_555_200],
};

/** A registry of its own; asking twice for a measure gives the same metric. */
export function createMetrics({ processMetrics }: { readonly processMetrics: boolean }): Metrics {
  const registry = new Registry();
  if (processMetrics) {
    collectDefaultMetrics({ register: registry });
    // which version has which weakness is known to everybody
    registry.removeSingleMetric('nodejs_version_info');
  }
  const watched = new Map<string, Map<string, Watched>>();
  const known = new Map<string, Metric>();
  const once = <Kind extends Metric>({ name }: Measure, make: () => Kind): Kind => {
    const found = known.get(name) ?? make();
    known.set(name, found);
    // a name is only ever asked for as one kind
    return found as Kind;
  };
  const gaugeOf = (measure: Measure): Gauge<string> => once(measure, () => new Gauge<string>(configOf(measure, registry)));
  return {
    counter(measure) {
      const counter = once(measure, () => new Counter<string>(configOf(measure, registry)));
      return { add: (labels, by = 1) => { counter.inc(labels, by); } };
    },
    gauge(measure) {
      const gauge = gaugeOf(measure);
      const shown = new Map<string, LabelsOf<typeof measure>>();
      return {
        set: (value, labels) => { gauge.set(labels, value); },
        setAll: (all) => {
          for (const labels of shown.values()) gauge.set(labels, 0);
          for (const { value, labels } of all) {
            shown.set(JSON.stringify(labels), labels);
            gauge.set(labels, value);
          }
        },
      };
    },
    watched(measure, look, labels) {
      const { name } = measure;
      once(measure, () => new Gauge<string>({
        ...configOf(measure, registry),
        collect() { for (const one of watched.get(name)?.values() ?? []) this.set(one.labels, one.look()); },
      }));
      watched.set(name, (watched.get(name) ?? new Map<string, Watched>()).set(JSON.stringify(labels), { labels, look }));
    },
    histogram(measure) {
      const histogram = once(measure, () => new Histogram<string>({ ...configOf(measure, registry), buckets: [...BUCKETS[measure.span ?? 'calls']] }));
      return { observe: (seconds, labels) => { histogram.observe(labels, seconds); } };
    },
    text: () => registry.metrics(),
  };
}

const configOf = ({ name, means, labels }: Measure, registry: Registry) => ({ name, help: means, labelNames: Object.keys(labels), registers: [registry] });
