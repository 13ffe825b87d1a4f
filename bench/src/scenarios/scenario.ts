/** A measurement of its own, with servers of its own. */
export interface Scenario {
  readonly what: string;
  run(log: (line: string) => void): Promise<ScenarioResult>;
}

export interface ScenarioResult {
  readonly what: string;
  readonly rows: readonly Row[];
  readonly notes?: readonly string[];
}

export type Row = Readonly<Record<string, string | number>>;

/** BENCH_SCALE=0.02 makes all sizes that much smaller, for a first look. */
export const scale = scaleIn(process.env['BENCH_SCALE']);

/** A size as it is to be run, never under `least`. */
export const scaled = (size: number, least = 20): number => Math.max(Math.min(least, size), Math.round(size * scale));

export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));

export const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

function scaleIn(text: string | undefined): number {
  const given = Number(text || 1);
  if (!(given > 0 && given <= 1)) throw new Error(`BENCH_SCALE must be above 0 and at most 1, got "${text}"`);
  return given;
}
