import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';

export type Labels = Readonly<Record<string, string>>;

/** Counts and measures in base units (seconds, bytes); labels of few values only, never an order id. */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): { add(labels?: Labels, by?: number): void };
  gauge(name: string, help: string, labels?: readonly string[]): { set(value: number, labels?: Labels): void };
  /** A gauge that is read when somebody asks; the last one of a name counts. */
  watched(name: string, help: string, look: () => number, labels?: Labels): void;
  histogram(name: string, help: string, labels?: readonly string[]): { observe(seconds: number, labels?: Labels): void };
  /** The Prometheus text format. */
  text(): Promise<string>;
}

interface Watched {
  readonly labels: Labels;
  readonly look: () => number;
}

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A registry of its own; asking twice for a name gives the same metric. */
export function createMetrics({ processMetrics }: { readonly processMetrics: boolean }): Metrics {
  const registry = new Registry();
  if (processMetrics) collectDefaultMetrics({ register: registry });
  const watched = new Map<string, Map<string, Watched>>();
  const known = new Map<string, Counter | Gauge | Histogram>();
  const once = <Kind extends Counter | Gauge | Histogram>(name: string, make: () => Kind): Kind => {
    const found = known.get(name) ?? make();
    known.set(name, found);
    // a name is only ever asked for as one kind
    return found as Kind;
  };
  return {
    counter(name, help, labelNames = []) {
      const counter = once(name, () => new Counter<string>({ name, help, labelNames: [...labelNames], registers: [registry] }));
      return { add: (labels = {}, by = 1) => { counter.inc(labels, by); } };
    },
    gauge(name, help, labelNames = []) {
      const gauge = once(name, () => new Gauge<string>({ name, help, labelNames: [...labelNames], registers: [registry] }));
      return { set: (value, labels = {}) => { gauge.set(labels, value); } };
    },
    watched(name, help, look, labels = {}) {
      once(name, () => new Gauge<string>({
        name, help, labelNames: Object.keys(labels), registers: [registry],
        collect() { for (const one of watched.get(name)?.values() ?? []) this.set(one.labels, one.look()); },
      }));
      watched.set(name, (watched.get(name) ?? new Map<string, Watched>()).set(JSON.stringify(labels), { labels, look }));
    },
    histogram(name, help, labelNames = []) {
      const histogram = once(name, () => new Histogram<string>({ name, help, labelNames: [...labelNames], buckets: BUCKETS, registers: [registry] }));
      return { observe: (seconds, labels = {}) => { histogram.observe(labels, seconds); } };
    },
    text: () => registry.metrics(),
  };
}
